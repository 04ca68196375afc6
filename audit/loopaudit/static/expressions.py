"""Lowered expressions: what is left of a syntax tree when only the flow of values matters."""

from __future__ import annotations

import msgspec


class Expr(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A lowered expression. Calls are not nested: `Result(i)` is the value of `Body.calls[i]`."""


class Local(Expr, tag="L", frozen=True):
    """A variable of this scope; `defs` are the indexes into `Body.defs` that may reach this point."""

    name: str
    defs: tuple[int, ...]


class Name(Expr, tag="N", frozen=True):
    """A name of an enclosing scope, of the module or of builtins."""

    name: str


class Attr(Expr, tag="A", frozen=True):
    base: AnyExpr
    name: str


class Result(Expr, tag="R", frozen=True):
    """What `Body.calls[call]` returns (of the scope the expression stands in)."""

    call: int


class Awaited(Expr, tag="W", frozen=True):
    value: AnyExpr


class Item(Expr, tag="I", frozen=True):
    """`base[key]`, in code and in annotations."""

    base: AnyExpr
    key: AnyExpr


class Const(Expr, tag="C", frozen=True):
    """A literal; strings longer than 300 characters and bytes become `Opaque`."""

    value: str | int | float | bool | None


class Lambda(Expr, tag="F", frozen=True):
    """`Module.functions[function]`, a lambda (defs of nested functions use it too)."""

    function: int


class ClassRef(Expr, tag="K", frozen=True):
    """`Module.classes[index]`: the value of a class statement."""

    index: int


class Imported(Expr, tag="M", frozen=True):
    """`from ...module import name` (level dots), or the module itself when `name` is empty."""

    module: str
    name: str
    level: int


class Items(Expr, tag="S", frozen=True):
    """A tuple, list or set display; `kind` is one of these words, or `slice` for the key in `a[1:]`."""

    kind: str
    items: tuple[AnyExpr, ...]


class Pairs(Expr, tag="D", frozen=True):
    """A dict display; a `**other` entry has the key `Opaque` and the value `Starred`."""

    keys: tuple[AnyExpr, ...]
    values: tuple[AnyExpr, ...]


class Choice(Expr, tag="U", frozen=True):
    """One of several: `a if c else b`, `a or b`, a match."""

    options: tuple[AnyExpr, ...]


class Operation(Expr, tag="O", frozen=True):
    """A binary operator by its dunder (`__truediv__`, `__or__`, `__add__`, ...)."""

    method: str
    left: AnyExpr
    right: AnyExpr


class Comprehension(Expr, tag="G", frozen=True):
    """`kind` is list, set, dict or generator; of a dict `element` is the value."""

    kind: str
    element: AnyExpr


class Starred(Expr, tag="X", frozen=True):
    value: AnyExpr


class Opaque(Expr, tag="Q", frozen=True):
    """A value nobody needs to follow (f-strings, comparisons, ...); length: of a literal string or bytes.

    pattern: of a name that is put together, with a star for what is not known (`f"on_{x}"` is `on_*`).
    """

    length: int = -1
    pattern: str = ""


AnyExpr = (
    Local
    | Name
    | Attr
    | Result
    | Awaited
    | Item
    | Const
    | Lambda
    | ClassRef
    | Imported
    | Items
    | Pairs
    | Choice
    | Operation
    | Comprehension
    | Starred
    | Opaque
)
