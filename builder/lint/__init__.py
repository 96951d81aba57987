"""Rules of content: what makes a text fit to learn."""
