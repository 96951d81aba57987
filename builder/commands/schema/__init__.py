"""`prepdeck schema`."""
