"""The source line of a finding with carets under the call."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import click

from loopaudit.report.canvas import SEVERITY_COLOURS, Canvas, dim, printable

if TYPE_CHECKING:
    from pathlib import Path

    from loopaudit.findings import Finding

_PAIRS = {"(": ")", "[": "]", "{": "}"}


class Sources:
    """The lines of the audited files, read once each; a file that has gone since has none."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._read = lru_cache(maxsize=32)(self._lines)

    def line(self, path: str, number: int) -> str | None:
        lines = self._read(path)
        return lines[number - 1] if 0 < number <= len(lines) else None

    def _lines(self, path: str) -> list[str]:
        try:
            text = (self._directory / path).read_text(encoding="utf-8-sig", errors="replace")
        except OSError:
            return []
        return text.split("\n")


def draw_excerpt(finding: Finding, sources: Sources, canvas: Canvas) -> list[str]:
    """Two lines: the source without its indentation, and the carets; nothing when the source is gone."""
    line = sources.line(finding.path, finding.line)
    if line is None or not line.strip():
        return []
    indent = len(line) - len(line.lstrip())
    start = max(finding.column - 1 - indent, 0)
    text = printable(line.strip())
    end = len(text) if finding.end_line > finding.line else call_end(text, start)
    margin = f"  {finding.line:>5} {canvas.bar} "
    if canvas.width is not None:
        text, start, end = _cut(text, start, end, max(canvas.width - len(margin), 20))
    carets = click.style("^" * max(end - start, 1), fg=SEVERITY_COLOURS[finding.severity], bold=True)
    blank = f"  {'':>5} {canvas.bar} "
    return [dim(margin) + text, dim(blank) + " " * start + carets]


def call_end(text: str, start: int) -> int:
    """Where the name, attribute or call that begins at `start` ends: brackets count, strings do not."""
    closing: list[str] = []
    quote = ""
    for at in range(start, len(text)):
        sign = text[at]
        if quote:
            quote = "" if sign == quote and text[at - 1] != "\\" else quote
        elif sign in "\"'" and closing:
            quote = sign
        elif sign in _PAIRS:
            closing.append(_PAIRS[sign])
        elif closing and sign == closing[-1]:
            closing.pop()
        elif not closing and not (sign.isalnum() or sign in "_."):
            return at
    return len(text)


def _cut(text: str, start: int, end: int, room: int) -> tuple[str, int, int]:
    """The part of a long line that shows the call."""
    if len(text) <= room:
        return text, start, end
    left = max(0, min(start - 10, len(text) - room))
    shown = text[left : left + room]
    if left:
        shown = "..." + shown[3:]
    if left + room < len(text):
        shown = shown[:-3] + "..."
    return shown, start - left, min(end - left, len(shown))
