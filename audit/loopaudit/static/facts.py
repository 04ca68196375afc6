"""What one file says, without judgement: the values `summarise` writes and `link` reads.

A file becomes a `Module`: its functions, its classes and, for each function, a `Body` of lowered
expressions. Nothing here knows a library: a new catalogue row invalidates no cached fact.

Every value is a msgspec struct encoded as an array. A `Body` stays encoded (`Function.raw_body`) until asked
for: most functions of a project are never reached from its coroutines.
"""

from __future__ import annotations

import msgspec

from loopaudit.static.blocks import Await, Block  # noqa: TC001 (msgspec reads the annotations)
from loopaudit.static.deciding import Guards, Test  # noqa: TC001
from loopaudit.static.expressions import AnyExpr, Attr  # noqa: TC001

FACTS_VERSION = 7
"""Part of every cache key; raise it when a value below changes meaning or shape."""


class Def(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One binding of a local name.

    kind: `param` (index i of the function's params is def i) | `assign` | `iterate` (element of value) |
    `aiterate` | `enter` (what `with value` binds) | `aenter` | `import` | `function` | `class` |
    `except` | `annotation` (declared, not assigned) | `narrow` (value, known to be an instance of
    `annotation`: from `isinstance`, `match case C()`; `is not None` leaves `annotation` empty) | `exclude`
    (value, known not to be) | `delete`.
    path: where inside the value an unpacking takes this name from, outermost first; -1 is a starred rest.
    scope: `local` | `global` | `nonlocal`: whose name is bound.
    """

    name: str
    kind: str
    value: AnyExpr
    line: int
    path: tuple[int, ...] = ()
    annotation: AnyExpr | None = None
    scope: str = "local"
    guards: Guards = ()


AWAITED = 1  # the call is the operand of `await`
WITH_ITEM = 2  # a `with` item
ASYNC_WITH_ITEM = 4
ITERATED = 8  # what a `for` or a comprehension goes through
ASYNC_ITERATED = 16
DISCARDED = 32  # a statement of its own: nobody uses its value
IN_LOOP = 64
DECORATOR = 128  # a decorator expression `@f(...)`
RETURNED = 256  # the operand of `return`


class Call(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A call. `line`, `column` are 1-based and stand at the start of the call expression, as the ends do.

    name_line, name_column: where the called name itself stands (in `a\n.b()` the line of `b`).
    under: indexes into `Body.withs` of the `with` blocks around it, outermost first. guards: `deciding.py`.
    """

    func: AnyExpr
    args: tuple[AnyExpr, ...]
    keywords: tuple[tuple[str, AnyExpr], ...]  # `**mapping` has the empty keyword
    line: int
    column: int
    end_line: int
    end_column: int
    flags: int = 0
    under: tuple[int, ...] = ()
    name_line: int = 0
    guards: Guards = ()
    block: int = -1  # the innermost of `Body.blocks` that it stands in


class Load(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An attribute read that is not called: it may be a property or a lazy load."""

    value: Attr
    line: int
    column: int
    block: int = -1


class AttrStore(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """`base.name = value`, or `setattr(base, "name", value)`; kind and path as in `Def`."""

    base: AnyExpr
    name: str
    value: AnyExpr
    kind: str
    line: int
    column: int
    path: tuple[int, ...] = ()
    annotation: AnyExpr | None = None


class ItemStore(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """`base[key] = value`."""

    base: AnyExpr
    key: AnyExpr
    value: AnyExpr
    line: int
    column: int


class Iteration(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """`for x in value` (and comprehensions, `yield from`, unpacking of calls: `is_unpacking`)."""

    value: AnyExpr
    is_async: bool
    line: int
    column: int
    guards: Guards = ()
    is_unpacking: bool = False


class With(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One `with` item; `awaits` says that its block awaits or yields (a lock held across await)."""

    value: AnyExpr
    is_async: bool
    awaits: bool
    line: int
    column: int
    guards: Guards = ()


class DunderUse(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An operator that may run a dunder of a class: `x in y`, `a[k]`, `a / b`, `a == b`, `if a`, `f"{a}"`."""

    method: str
    receiver: AnyExpr
    args: tuple[AnyExpr, ...]
    line: int
    column: int


class Body(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """All that a scope (function, lambda, class body or module) does, in source order. return_guards: of each
    of `returns`, where there are tests."""

    defs: tuple[Def, ...] = ()
    calls: tuple[Call, ...] = ()
    loads: tuple[Load, ...] = ()
    attr_stores: tuple[AttrStore, ...] = ()
    item_stores: tuple[ItemStore, ...] = ()
    iterations: tuple[Iteration, ...] = ()
    withs: tuple[With, ...] = ()
    dunders: tuple[DunderUse, ...] = ()
    returns: tuple[AnyExpr, ...] = ()
    yields: tuple[AnyExpr, ...] = ()
    awaits: tuple[Await, ...] = ()
    blocks: tuple[Block, ...] = ()
    tests: tuple[Test, ...] = ()
    return_guards: tuple[Guards, ...] = ()


class Param(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """kind: `positional_only` | `normal` | `star` | `keyword_only` | `double_star`."""

    name: str
    kind: str
    annotation: AnyExpr | None = None
    default: AnyExpr | None = None


class Function(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A scope with a body. Decorators, annotations and defaults are expressions of the *enclosing* scope
    (`Result` and `Local` in them index into the body of `parent`).

    kind: `def` | `async` | `lambda` | `class` (a class body) | `module` (always `functions[0]`).
    parent: index of the scope it is written in (-1 for the module); a method's parent is its class body.
    owner: index of the class whose body directly holds it, else -1 (of a class body: that class).
    called, read, stored: terminal names of the calls, attribute reads and attribute stores inside, sorted,
    so that reverse look-ups need not decode bodies; `[key]` in stored is an item stored under that key.
    globals: names it binds by `global`.
    """

    name: str
    qualname: str
    kind: str
    line: int
    column: int
    end_line: int
    parent: int
    owner: int
    params: tuple[Param, ...] = ()
    decorators: tuple[AnyExpr, ...] = ()
    returns: AnyExpr | None = None
    is_generator: bool = False
    has_await: bool = False
    called: tuple[str, ...] = ()
    read: tuple[str, ...] = ()
    stored: tuple[str, ...] = ()
    globals: tuple[str, ...] = ()
    raw_body: msgspec.Raw = msgspec.Raw(b"")

    @property
    def is_async(self) -> bool:
        return self.kind == "async"

    def body(self) -> Body:
        """Decode the body; the caller keeps it."""
        return _BODY.decode(self.raw_body) if self.raw_body else Body()


class Class(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A class statement; `body` is the index of its body among the functions. Bases, keywords and decorators
    are expressions of the enclosing scope (`functions[parent]`). methods: (name, function index), in order;
    a name may come twice (overloads, property setters)."""

    name: str
    qualname: str
    line: int
    parent: int
    body: int
    bases: tuple[AnyExpr, ...] = ()
    keywords: tuple[tuple[str, AnyExpr], ...] = ()
    decorators: tuple[AnyExpr, ...] = ()
    methods: tuple[tuple[str, int], ...] = ()


class Suppression(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """`# loopaudit: ignore[LA101,LA103] reason`; no codes means all."""

    line: int
    codes: tuple[str, ...]
    reason: str


class Module(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One file; its path and name belong to `discover`. exports: `__all__` where it is a plain literal.
    error: why it cannot be read (then `functions` is empty). is_script: it asks whether it is `__main__`."""

    lines: int
    functions: tuple[Function, ...]
    classes: tuple[Class, ...] = ()
    suppressions: tuple[Suppression, ...] = ()
    exports: tuple[str, ...] | None = None
    error: str = ""
    error_line: int = 0
    is_script: bool = False
    imports: tuple[str, ...] = ()
    """The absolute names of what is imported anywhere in the file, Python's own library left out, sorted."""


_BODY = msgspec.msgpack.Decoder(Body)
MODULE_DECODER = msgspec.msgpack.Decoder(Module)
ENCODER = msgspec.msgpack.Encoder()
