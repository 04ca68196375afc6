"""Prove the catalogue's names against the real libraries."""
