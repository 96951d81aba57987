"""The HTML of a field that somebody wrote in Anki, as blocks and as Markdown."""
