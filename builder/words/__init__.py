"""A learner's words in an export beside YAML's: whose they are, and who changed them."""
