"""`prepdeck completion`."""
