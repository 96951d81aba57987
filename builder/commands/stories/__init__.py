"""`prepdeck stories`."""
