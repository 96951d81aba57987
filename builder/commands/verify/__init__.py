"""`prepdeck verify`."""
