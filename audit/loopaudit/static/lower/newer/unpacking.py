"""Unpacking in comprehensions (PEP 798): `[*x for x in y]` to `[(mark,(x)) for x in y]`, also with `**`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.static.lower.newer.edits import Edit, insert
from loopaudit.static.lower.newer.tokens import OPENING

if TYPE_CHECKING:
    from loopaudit.static.lower.newer.tokens import Token, Tokens


def unpacking_edits(tokens: Tokens, star: bytes, double: bytes) -> list[Edit]:
    """The edits for every comprehension that unpacks. star, double: the marks of `*` and of `**`."""
    edits: list[Edit] = []
    stars: list[Token | None] = []
    """For each open bracket, the star its first item has."""
    for index in range(len(tokens.found)):
        step = tokens.step(index)
        if step > 0:
            stars.append(_star(tokens, index))
        elif step < 0 and stars:
            stars.pop()
        elif stars and stars[-1] is not None:
            text = tokens.text(index)
            if text == b",":
                stars[-1] = None
            elif text == b"for":
                mark = star if stars[-1].end - stars[-1].start == 1 else double
                is_async = tokens.text(index - 1) == b"async"
                edits.append(Edit(stars[-1].start, stars[-1].end, b"(%b,(" % mark))
                edits.append(insert(tokens.found[index - 1 - is_async].end, b"))", 1))
                stars[-1] = None
    return edits


def _star(tokens: Tokens, opened: int) -> Token | None:
    """The `*` (in braces also `**`) right behind an opening bracket."""
    bracket, text = tokens.text(opened), tokens.text(opened + 1)
    if bracket in OPENING and (text == b"*" or (text == b"**" and bracket == b"{")):
        return tokens.found[opened + 1]
    return None
