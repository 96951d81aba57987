"""`prepdeck explain`."""
