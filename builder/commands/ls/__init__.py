"""`prepdeck ls`."""
