"""Attributes picked by a name that is computed: `getattr(self, "run")`, `getattr(self, f"do_{command}")`."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from loopaudit.static.expressions import Attr, Const, Local, Opaque, Result
from loopaudit.static.link.hierarchy import MAX_OVERRIDES
from loopaudit.static.link.index import SHIFT
from loopaudit.static.link.values import ClassValue, Constant, Instance, ProjectModule, Values, union

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loopaudit.static.expressions import AnyExpr
    from loopaudit.static.link.given import Argument
    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Frame, Value


def attributes_named(link: Linker, targets: Values, name: Argument) -> Values:
    """The attributes of these values that the name may pick."""
    names = [v.value for v in name.values(link) if isinstance(v, Constant) and isinstance(v.value, str)]
    if names:
        return union(link.attribute(value, each) for each in names for value in targets)
    pattern = _pattern(link, name.expr, name.frame)
    if not pattern:
        return ()
    return union(
        link.attribute(value, each)
        for value in targets
        for each in _names(link, value)
        if fnmatchcase(each, pattern)
    )


def _pattern(link: Linker, expr: AnyExpr | None, frame: Frame | None) -> str:
    """What is known of a name that is put together, with stars for the rest."""
    if frame is None:
        return ""
    if isinstance(expr, Local) and len(expr.defs) == 1:
        definition = link.index.body(frame.function).defs[expr.defs[0]]
        expr = definition.value if definition.kind == "assign" and not definition.path else None
    match expr:
        case Opaque(pattern=pattern):
            return pattern
        case Result(call=call):
            match link.index.body(frame.function).calls[call].func:
                case Attr(base=Const(value=str() as text), name="format"):
                    head, _, tail = text.partition("{")
                    return f"{head}*{tail.partition('}')[2]}" if head.strip("_") else ""
    return ""


def _names(link: Linker, value: Value) -> Iterator[str]:
    """The methods of an object and of what derives from its class; the names a module binds."""
    index = link.index
    match value:
        case Instance(cls=cls) | ClassValue(index=cls):
            below = () if getattr(value, "exact", False) else link.hierarchy.descendants(cls)[:MAX_OVERRIDES]
            owners = (*link.hierarchy.order(cls), *below)
            yield from dict.fromkeys(name for owner in owners for name, _ in index.class_(owner).methods)
        case ProjectModule(index=module):
            yield from index.bindings(module << SHIFT)
