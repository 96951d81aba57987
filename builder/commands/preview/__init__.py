"""`prepdeck preview`."""
