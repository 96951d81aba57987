"""What YAML files may hold, and the one walk that reads them by it."""
