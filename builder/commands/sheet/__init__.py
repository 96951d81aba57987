"""`prepdeck sheet`."""
