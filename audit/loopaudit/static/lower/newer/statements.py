"""Small changes of statements: `except A, B:` (PEP 758), `lazy import` (PEP 810), `case +1:` (3.15)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.static.lower.newer.edits import Edit, insert
from loopaudit.static.lower.newer.tokens import STEPS
from loopaudit.static.lower.newer.types import alias_edits, definition_edits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from loopaudit.static.lower.newer.tokens import Tokens

BEFORE_SIGN = frozenset("([{,|:=")


def statement_edits(tokens: Tokens, mark: bytes) -> list[Edit]:
    """The edits for all statements."""
    edits: list[Edit] = []
    for index in _starts(tokens):
        rewrite = _REWRITES.get(tokens.word(index))
        if rewrite is not None:
            edits.extend(rewrite(tokens, index, mark))
    return edits


def _starts(tokens: Tokens) -> Iterator[int]:
    """The names that may begin a statement: behind a line end, a semicolon, or the colon of a block."""
    depth = 0
    is_start = True
    for index, token in enumerate(tokens.found):
        kind = token.kind
        if is_start and kind == "name":
            yield index
        depth += STEPS.get(kind, 0)
        is_start = kind == "newline" or (not depth and kind in {";", ":"})


def _async(tokens: Tokens, index: int, mark: bytes) -> list[Edit]:
    return definition_edits(tokens, index + 1, mark) if tokens.word(index + 1) == b"def" else []


def _except(tokens: Tokens, index: int, _mark: bytes) -> list[Edit]:
    """Put the exceptions in parentheses, where commas separate them."""
    first = index + 1 + (tokens.kind(index + 1) == "*")
    depth, has_comma = 0, False
    for at in range(first, len(tokens.found)):
        kind = tokens.found[at].kind
        if kind == "newline" or (not depth and (kind == ";" or tokens.word(at) == b"as")):
            break
        if not depth and kind == ":":
            if not has_comma:
                break
            end = tokens.found[at - 1].end
            return [insert(tokens.found[first].start, b"(", -1), insert(end, b")", 1)]
        has_comma = has_comma or (not depth and kind == ",")
        depth += STEPS.get(kind, 0)
    return []


def _lazy(tokens: Tokens, index: int, _mark: bytes) -> list[Edit]:
    word = tokens.word(index + 1)
    if word not in {b"import", b"from"}:
        return []
    edit = Edit(tokens.found[index].start, tokens.found[index + 1].end, word)
    return [] if b"\n" in tokens.source[edit.start : edit.end] else [edit]


def _case(tokens: Tokens, index: int, _mark: bytes) -> list[Edit]:
    """Take the plus from literal patterns: it changes no number."""
    edits: list[Edit] = []
    depth = 0
    for at in range(index + 1, len(tokens.found)):
        kind = tokens.found[at].kind
        if not depth and (kind == ":" or tokens.word(at) == b"if"):
            return edits
        if kind == "newline" or (not depth and kind == ";"):
            break
        is_sign = kind == "+" and (at == index + 1 or tokens.kind(at - 1) in BEFORE_SIGN)
        if is_sign and tokens.kind(at + 1) == "number":
            edits.append(Edit(tokens.found[at].start, tokens.found[at].end, b""))
        depth += STEPS.get(kind, 0)
    return []  # a call or an item of something named `case`


_REWRITES: dict[bytes, Callable[[Tokens, int, bytes], list[Edit]]] = {
    b"async": _async,
    b"case": _case,
    b"class": definition_edits,
    b"def": definition_edits,
    b"except": _except,
    b"lazy": _lazy,
    b"type": alias_edits,
}
