"""`prepdeck new`."""
