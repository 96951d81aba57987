"""A folder for each command: `cli.py` (click), `run.py` (no click), `text.py` (text and JSON)."""
