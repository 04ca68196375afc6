"""Measurements: one command a table, peers side by side in one run. Nothing here is installed."""
