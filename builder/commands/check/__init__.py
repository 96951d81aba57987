"""`prepdeck check`."""
