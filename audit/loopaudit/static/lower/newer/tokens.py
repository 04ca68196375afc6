"""What a scan of the source gives: tokens with their places, and small questions about them."""

from __future__ import annotations

from typing import NamedTuple


class Token(NamedTuple):
    """A piece of source, by byte offsets.

    kind: `name` | `number` | `string` | `newline` (the end of a logical line) | an operator or a bracket, as
    it is written; and for f- and t-strings `text` (prefix and opening quote) | `end` (closing quote) |
    `open` and `close` (the braces of a replacement field) | `debug` (`=`) | `conversion` (`!r`) | `spec`
    (the colon before a format).
    """

    kind: str
    start: int
    end: int


STEPS = {"(": 1, "[": 1, "{": 1, "text": 1, "open": 1, ")": -1, "]": -1, "}": -1, "end": -1, "close": -1}
"""How tokens change the depth: fields and strings nest as brackets do."""


class Tokens(NamedTuple):
    """The source and its tokens, as far as it could be scanned."""

    source: bytes
    found: list[Token]

    def kind(self, index: int) -> str:
        """Empty behind the last token."""
        return self.found[index].kind if index < len(self.found) else ""

    def word(self, index: int) -> bytes:
        """The name at `index`; empty if there is none."""
        if self.kind(index) != "name":
            return b""
        token = self.found[index]
        return self.source[token.start : token.end]

    def closing(self, index: int) -> int:
        """The bracket that closes the one at `index`, or -1."""
        depth = 0
        for at in range(index, len(self.found)):
            depth += STEPS.get(self.found[at].kind, 0)
            if depth <= 0:
                return at
        return -1

    def find(self, at: int, end: int, kind: str) -> int:
        """The first token of a kind outside of inner brackets, or `end`."""
        depth = 0
        for index in range(at, end):
            found = self.found[index].kind
            if not depth and found == kind:
                return index
            depth += STEPS.get(found, 0)
        return end
