"""Reading packages: those that prepdeck wrote, and those that Anki exported."""
