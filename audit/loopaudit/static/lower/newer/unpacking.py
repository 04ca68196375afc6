"""Unpacking in comprehensions (PEP 798): `[*x for x in y]` to `[(mark,(x)) for x in y]`, also with `**`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.static.lower.newer.edits import Edit, insert
from loopaudit.static.lower.newer.tokens import STEPS

if TYPE_CHECKING:
    from loopaudit.static.lower.newer.tokens import Token, Tokens


def unpacking_edits(tokens: Tokens, star: bytes, double: bytes) -> list[Edit]:
    """The edits for every comprehension that unpacks. star, double: the marks of `*` and of `**`."""
    edits: list[Edit] = []
    stars: list[Token | None] = []
    """For each open bracket, the star its first item has."""
    found = tokens.found
    for index, token in enumerate(found):
        kind = token.kind
        step = STEPS.get(kind)
        if step is not None:
            if step > 0:
                stars.append(_star(tokens, index))
            elif stars:
                stars.pop()
        elif stars and stars[-1] is not None:
            if kind == ",":
                stars[-1] = None
            elif kind == "name" and tokens.word(index) == b"for":
                opened = stars[-1]
                last = index - 1 - (tokens.word(index - 1) == b"async")
                mark = star if opened.kind == "*" else double
                edits.append(Edit(opened.start, opened.end, b"(%b,(" % mark))
                edits.append(insert(found[last].end, b"))", 1))
                stars[-1] = None
    return edits


def _star(tokens: Tokens, opened: int) -> Token | None:
    """The `*` (in braces also `**`) right behind an opening bracket."""
    bracket, kind = tokens.kind(opened), tokens.kind(opened + 1)
    if bracket in {"(", "[", "{"} and (kind == "*" or (kind == "**" and bracket == "{")):
        return tokens.found[opened + 1]
    return None
