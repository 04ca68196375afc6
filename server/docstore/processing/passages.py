"""Cutting a text into passages: whole paragraphs where they fit, never longer than a screen."""

from __future__ import annotations

LONGEST = 1500
# The best place to cut, first: before a heading, after a paragraph, a line, a sentence, a word.
BREAKS = (("\n#", 1), ("\n\n", 2), ("\n", 1), (". ", 2), (" ", 1))


def cut_passages(text: str) -> list[str]:
    """Pieces that make the text again when they are joined."""
    passages: list[str] = []
    start = 0
    while start < len(text):
        stop = find_stop(text, start)
        passages.append(text[start:stop])
        start = stop
    return passages


def find_stop(text: str, start: int) -> int:
    """The end of the passage that begins at `start`: in the second half of what fits, at the best break."""
    limit = start + LONGEST
    if limit >= len(text):
        return len(text)
    for separator, length in BREAKS:
        found = text.rfind(separator, start + LONGEST // 2, limit)
        if found >= 0:
            return found + length
    return limit
