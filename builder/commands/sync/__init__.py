"""`prepdeck sync`."""
