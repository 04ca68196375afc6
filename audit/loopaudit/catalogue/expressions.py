"""Read and print type expressions, the small grammar that `model` describes."""

from __future__ import annotations

import re
from functools import lru_cache

from loopaudit.catalogue.model import TypeExpr

_TOKEN = re.compile(r"\s*([\w.$]+|[\[\],])")
_PLACEHOLDER = re.compile(r"\$(self|\d+|[a-z_]\w*)\Z")
_NAME = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*\Z")

ARITY = {
    "type": (1, 1),
    "list": (1, 1),
    "set": (1, 1),
    "dict": (1, 1),
    "tuple": (1, 9),
    "iterator": (1, 1),
    "async_iterator": (1, 1),
    "awaitable": (1, 1),
    "context": (1, 1),
    "async_context": (1, 1),
    "union": (2, 9),
    "either": (2, 9),
    "awaited": (1, 1),
    "callable": (1, 1),
    "partial": (1, 1),
    "call": (1, 1),
    "element": (1, 1),
    "entered": (1, 1),
    "member": (1, 1),
    "module": (1, 1),
    "held": (0, 0),
    "none": (0, 0),
}
"""How many arguments each word of the grammar takes: at least, at most."""


class ExpressionError(ValueError):
    """The text is not a type expression; says what is wrong with it."""


@lru_cache(maxsize=4096)
def parse_expression(text: str) -> TypeExpr:
    """`"context[sqlalchemy.orm.Session]"` -> TypeExpr; raises `ExpressionError`."""
    tokens = _split(text)
    expr, rest = _parse(tokens, text)
    if rest:
        raise ExpressionError(f"'{text}' goes on after its end: '{rest[0]}'")
    return expr


def print_expression(expr: TypeExpr) -> str:
    """The text of `expr`, as `parse_expression` reads it."""
    inner = ", ".join(print_expression(arg) for arg in expr.args)
    return f"{expr.head}[{inner}]" if expr.args else expr.head


def _split(text: str) -> list[str]:
    tokens, at = [], 0
    stripped = text.rstrip()
    while at < len(stripped):
        match = _TOKEN.match(stripped, at)
        if match is None:
            raise ExpressionError(f"'{text}' has a character at {at + 1} that no type expression has")
        tokens.append(match[1])
        at = match.end()
    return tokens


def _parse(tokens: list[str], text: str) -> tuple[TypeExpr, list[str]]:
    if not tokens or tokens[0] in "[],":
        raise ExpressionError(f"'{text}' lacks a name")
    head, rest = tokens[0], tokens[1:]
    args: list[TypeExpr] = []
    if rest and rest[0] == "[":
        separator = "["
        while separator != "]":
            arg, rest = _parse(rest[1:], text)
            args.append(arg)
            if not rest or rest[0] not in ",]":
                raise ExpressionError(f"'{text}' lacks a closing ']'")
            separator = rest[0]
        rest = rest[1:]
    _check(head, len(args), text)
    return TypeExpr(head, tuple(args)), rest


def _check(head: str, count: int, text: str) -> None:
    if head in ARITY:
        least, most = ARITY[head]
        if not least <= count <= most:
            raise ExpressionError(f"'{head}' in '{text}' takes {least} to {most} arguments, not {count}")
    elif count > 1 or (count and "." not in head):
        takers = f"{', '.join(ARITY)}, and a class: pkg.Class[T]"
        raise ExpressionError(f"'{head}' in '{text}' takes no arguments; those that do: {takers}")
    elif not (_PLACEHOLDER.match(head) or _NAME.match(head)):
        raise ExpressionError(f"'{head}' in '{text}' is neither a dotted name nor $self, $0, $keyword")
