"""`prepdeck build`."""
