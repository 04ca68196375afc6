"""Syntax newer than this interpreter's, rewritten into what it can parse; asked only when parsing failed."""
