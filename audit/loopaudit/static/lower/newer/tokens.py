"""What a scan of the source gives: tokens with their places, and small questions about them."""

from __future__ import annotations

from typing import NamedTuple


class Token(NamedTuple):
    """A piece of source, by byte offsets.

    kind: `name` | `number` | `string` | `op` | `newline` (the end of a logical line), and for f- and
    t-strings `text` (prefix and opening quote) | `end` (closing quote) | `open` and `close` (the braces of
    a replacement field) | `debug` (`=`) | `conversion` (`!r`) | `spec` (the colon before a format).
    """

    kind: str
    start: int
    end: int


OPENING = frozenset((b"(", b"[", b"{"))
CLOSING = frozenset((b")", b"]", b"}"))


class Tokens(NamedTuple):
    """The source and its tokens, as far as it could be scanned."""

    source: bytes
    found: list[Token]

    def text(self, index: int) -> bytes:
        """The source of a token; empty behind the last one, and for the parts of f- and t-strings."""
        if index >= len(self.found):
            return b""
        token = self.found[index]
        return self.source[token.start : token.end] if token.kind in _PLAIN else b""

    def is_name(self, index: int) -> bool:
        return index < len(self.found) and self.found[index].kind == "name"

    def step(self, index: int) -> int:
        """How the token changes the depth of brackets: 1, -1 or 0. Fields and strings nest like brackets."""
        kind = self.found[index].kind
        if kind == "op":
            text = self.text(index)
            return 1 if text in OPENING else -1 if text in CLOSING else 0
        return 1 if kind in {"text", "open"} else -1 if kind in {"end", "close"} else 0

    def closing(self, index: int) -> int:
        """The bracket that closes the one at `index`, or -1."""
        depth = 0
        for at in range(index, len(self.found)):
            depth += self.step(at)
            if depth <= 0:
                return at
        return -1


_PLAIN = frozenset(("name", "number", "string", "op"))
