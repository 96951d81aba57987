"""YAML texts changed where they stand: every byte that is not concerned stays as it was."""
