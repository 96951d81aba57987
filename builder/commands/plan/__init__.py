"""`prepdeck plan`."""
