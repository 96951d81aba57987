"""Anki itself: its search language, and the real library, which is optional (AGPL).

Only `collection`, `render` and `verify` import the library; nothing outside this package does.
"""
