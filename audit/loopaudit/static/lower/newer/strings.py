"""f- and t-strings: their fields become the items of a tuple, so that the parser reads them where they stand.

`f"{x!r} and {y:{width}}"` is rewritten to `(mark,(x),(y),(width),)`. All of a file are, not only those with
newer syntax (PEP 701: quotes of its own, comments, line ends and backslashes in a field; PEP 750).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.static.lower.newer.edits import Edit, blank, insert

if TYPE_CHECKING:
    from loopaudit.static.lower.newer.tokens import Token, Tokens


_LEAVING = frozenset(("close", "debug", "conversion", "spec"))


class _Level:
    """The code around all strings, or the code in the fields of one: which strings stand side by side in it.

    `"a" f"{b}" "c"` is one value: a run of strings.
    """

    __slots__ = ("awaits_comma", "end", "is_run", "literal", "plain")

    def __init__(self) -> None:
        self.plain: list[Token] = []
        """Strings without fields that may turn out to be the beginning of a run."""
        self.is_run = False
        self.end = 0
        self.literal = 0
        """Where the literal text begins that has not been replaced yet."""
        self.awaits_comma = False


def string_edits(tokens: Tokens, mark: bytes) -> list[Edit]:
    """The edits for every f- and t-string, in the order of the source."""
    writer = _Writer(tokens, mark)
    for token in tokens.found:
        writer.take(token)
    writer.close_run()
    return writer.edits


class _Writer:
    """Goes through the tokens once; `levels` follows strings into fields and out again."""

    def __init__(self, tokens: Tokens, mark: bytes) -> None:
        self.edits: list[Edit] = []
        self._source = tokens.source
        self._mark = mark
        self._levels = [_Level()]
        self._last = 0
        """The end of the last token of the expression in a field."""
        self._field = -1
        """The opening brace of a field of which nothing was seen yet."""

    def take(self, token: Token) -> None:
        kind = token.kind
        if kind in _LEAVING:
            self._close_field(token)
            return
        if kind == "open":
            self._replace_literal(self._levels[-2], token.end)
            self._field = token.end
            return
        if (
            self._field >= 0
        ):  # the first token of a field: put it all in parentheses, it may be `yield` or `a, b`
            self.edits.append(insert(token.start, b"("))
            self._field = -1
        if kind == "string" or kind == "text":
            self._string(token)
        elif kind == "end":
            self._end_string(token)
        elif self._levels[-1].plain or self._levels[-1].is_run:
            self.close_run()
        self._last = token.end

    def close_run(self) -> None:
        """The strings that stand side by side are over."""
        level = self._levels[-1]
        if level.is_run:
            self.edits.append(insert(level.end, b")"))
            level.is_run = False
        level.plain.clear()

    def _string(self, token: Token) -> None:
        level = self._levels[-1]
        if token.kind == "text":
            if not level.is_run:
                self._start_run(level, token)
            level.literal, level.awaits_comma = token.start, False
            self._levels.append(_Level())
        elif level.is_run:
            self.edits.append(blank(self._source, token.start, token.end))
            level.end = token.end
        else:
            level.plain.append(token)

    def _start_run(self, level: _Level, token: Token) -> None:
        level.is_run = True
        first = level.plain[0].start if level.plain else token.start
        self.edits.append(insert(first, b"(" + self._mark + b","))
        self.edits.extend(blank(self._source, each.start, each.end) for each in level.plain)

    def _end_string(self, token: Token) -> None:
        self._levels.pop()
        level = self._levels[-1]
        self._replace_literal(level, token.end)
        level.end = token.end

    def _replace_literal(self, level: _Level, end: int) -> None:
        comma = b"," if level.awaits_comma else b""
        self.edits.append(blank(self._source, level.literal, end, comma))
        level.awaits_comma = False

    def _close_field(self, token: Token) -> None:
        """The end of an expression, or what stands between it and the closing brace."""
        string = self._levels[-2]
        if self._field >= 0:  # `{}`: let the parser complain
            self.edits.append(insert(self._field, b"(,"))
            self._last, self._field = self._field, -1
        if not string.awaits_comma:
            self.close_run()
            self.edits.append(insert(self._last, b")"))
            string.literal, string.awaits_comma = token.start, True
