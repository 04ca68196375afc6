"""Edits of the source, and what they do to places: lines stay where they are, columns are found again."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class Edit(NamedTuple):
    """Bytes of the source that are replaced. What starts in the new text starts at `start`, what ends in it
    ends at `end`. The lines it spans must stay as many."""

    start: int
    end: int
    text: bytes
    order: int = 0
    """Of several at one place: what opens outside of the others -1, what closes outside of them 1."""


def insert(at: int, text: bytes, order: int = 0) -> Edit:
    """New text between what stands before and behind."""
    return Edit(at, at, text, order)


def blank(source: bytes, start: int, end: int, text: bytes = b"") -> Edit:
    """Text instead of a piece of the source, followed by its line ends."""
    return Edit(start, end, text + b"\n" * source.count(b"\n", start, end))


class Edited:
    """The source with its edits made."""

    def __init__(self, source: bytes, edits: Iterable[Edit]) -> None:
        self._old_lines = _line_starts(source)
        self._starts: list[int] = []
        """Where each piece of the new text begins, and, in the same order, where it comes from."""
        self._origins: list[tuple[int, int, bool]] = []
        self._length = 0
        self.touched: set[int] = set()
        """The lines that are not as they were."""
        pieces: list[bytes] = []
        at = 0
        for edit in sorted(edits, key=lambda edit: (edit.start, edit.end, edit.order)):
            pieces.append(self._take(source[at : edit.start], at, edit.start, is_new=False))
            pieces.append(self._take(edit.text, edit.start, edit.end, is_new=True))
            lines = (bisect_right(self._old_lines, edit.start), bisect_right(self._old_lines, edit.end))
            self.touched.update(range(lines[0], lines[1] + 1))
            at = edit.end
        pieces.append(self._take(source[at:], at, len(source), is_new=False))
        self.text = b"".join(pieces)
        self._new_lines = _line_starts(self.text)

    def _take(self, piece: bytes, start: int, end: int, *, is_new: bool) -> bytes:
        if piece:
            self._starts.append(self._length)
            self._origins.append((start, end, is_new))
            self._length += len(piece)
        return piece

    def start(self, line: int, column: int) -> tuple[int, int]:
        """Where a node that starts here in the new text starts in the source (1-based line, byte offset)."""
        at = self._new_lines[line - 1] + column
        index = bisect_right(self._starts, at) - 1
        start, _, is_new = self._origins[index]
        return self._old(line, start if is_new else start + at - self._starts[index])

    def end(self, line: int, column: int) -> tuple[int, int]:
        """Where a node that ends here ends in the source."""
        at = self._new_lines[line - 1] + column
        index = max(bisect_left(self._starts, at) - 1, 0)
        start, end, is_new = self._origins[index]
        return self._old(line, end if is_new else start + at - self._starts[index])

    def _old(self, line: int, at: int) -> tuple[int, int]:
        """The place of an offset in the source, on this line unless an edit spans several."""
        if not self._old_lines[line - 1] <= at < self._old_lines[line]:
            line = bisect_right(self._old_lines, at)
        return line, at - self._old_lines[line - 1]


def _line_starts(source: bytes) -> list[int]:
    return [0, *accumulate(len(line) + 1 for line in source.split(b"\n"))]
