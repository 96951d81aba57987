"""YAML files edited in place: every byte that an edit does not concern stays."""
