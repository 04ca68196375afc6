"""Small changes of statements: `except A, B:` (PEP 758), `lazy import` (PEP 810), `case +1:` (3.15)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.static.lower.newer.edits import Edit, insert
from loopaudit.static.lower.newer.types import alias_edits, definition_edits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from loopaudit.static.lower.newer.tokens import Tokens

BEFORE_SIGN = frozenset((b"case", b"(", b"[", b"{", b",", b"|", b":", b"="))


def statement_edits(tokens: Tokens, mark: bytes) -> list[Edit]:
    """The edits for all statements."""
    edits: list[Edit] = []
    for index in _starts(tokens):
        rewrite = _REWRITES.get(tokens.text(index))
        if rewrite is not None:
            edits.extend(rewrite(tokens, index, mark))
    return edits


def _starts(tokens: Tokens) -> Iterator[int]:
    """The tokens that may begin a statement: behind a line end, a semicolon, or the colon of a block."""
    depth = 0
    is_start = True
    for index, token in enumerate(tokens.found):
        if is_start and token.kind == "name":
            yield index
        depth += tokens.step(index)
        is_start = token.kind == "newline" or (not depth and tokens.text(index) in {b";", b":"})


def _async(tokens: Tokens, index: int, mark: bytes) -> list[Edit]:
    return definition_edits(tokens, index + 1, mark) if tokens.text(index + 1) == b"def" else []


def _except(tokens: Tokens, index: int, _mark: bytes) -> list[Edit]:
    """Put the exceptions in parentheses, where commas separate them."""
    first = index + 1 + (tokens.text(index + 1) == b"*")
    depth, has_comma, at = 0, False, first
    while at < len(tokens.found) and tokens.found[at].kind != "newline":
        text = tokens.text(at)
        if not depth and text == b":":
            break
        if not depth and text in {b"as", b";"}:
            return []
        has_comma = has_comma or (not depth and text == b",")
        depth += tokens.step(at)
        at += 1
    if not has_comma:
        return []
    return [insert(tokens.found[first].start, b"(", -1), insert(tokens.found[at - 1].end, b")", 1)]


def _lazy(tokens: Tokens, index: int, _mark: bytes) -> list[Edit]:
    if tokens.text(index + 1) not in {b"import", b"from"}:
        return []
    edit = Edit(tokens.found[index].start, tokens.found[index + 1].end, tokens.text(index + 1))
    return [] if b"\n" in tokens.source[edit.start : edit.end] else [edit]


def _case(tokens: Tokens, index: int, _mark: bytes) -> list[Edit]:
    """Take the plus from literal patterns: it changes no number."""
    edits: list[Edit] = []
    depth = 0
    for at in range(index + 1, len(tokens.found)):
        text = tokens.text(at)
        if not depth and text in {b":", b"if"}:
            return edits
        if tokens.found[at].kind == "newline" or (not depth and text == b";"):
            break
        is_sign = text == b"+" and tokens.text(at - 1) in BEFORE_SIGN
        if is_sign and tokens.text(at + 1)[:1].isdigit():
            edits.append(Edit(tokens.found[at].start, tokens.found[at].end, b""))
        depth += tokens.step(at)
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
