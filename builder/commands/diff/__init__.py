"""`prepdeck diff`."""
