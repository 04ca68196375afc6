"""What a function makes when it is first needed, and keeps: later calls find it made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.static.expressions import Attr, Local, Name
from loopaudit.static.propagate.depends import calls_in

if TYPE_CHECKING:
    from loopaudit.static.expressions import AnyExpr
    from loopaudit.static.facts import Body
    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Frame
    from loopaudit.static.propagate.steps import Step


def is_made_once(link: Linker, frame: Frame, step: Step) -> bool:
    """Whether the step's result is kept where the function looked for it before: `if self._x is None:
    self._x = f()`, `if key not in CACHE: CACHE[key] = f()`, `global x; x = f()`."""
    if step.spot.call < 0:
        return False
    body = link.index.body(frame.function)
    return _is_kept_on_object(body, step.spot.call) or _is_kept_elsewhere(body, step.spot.call)


def _is_kept_on_object(body: Body, call: int) -> bool:
    return any(
        any(load.value.name == store.name and load.line < store.line for load in body.loads)
        for store in body.attr_stores
        if call in calls_in(body, store.value)
    )


def _is_kept_elsewhere(body: Body, call: int) -> bool:
    if any(each.scope == "global" and call in calls_in(body, each.value) for each in body.defs):
        return True
    return any(
        _is_looked_up(body, store.base)
        for store in body.item_stores
        if isinstance(store.base, Attr | Name) and call in calls_in(body, store.value)
    )


def _is_looked_up(body: Body, table: AnyExpr) -> bool:
    """`key in table`, `table[key]`, `table.get(key)`."""
    got = (each.func.base for each in body.calls if isinstance(each.func, Attr) and each.func.name == "get")
    used = (use.receiver for use in body.dunders if use.method in {"__contains__", "__getitem__"})
    return any(_is_same(each, table) for each in (*got, *used))


def _is_same(first: AnyExpr, second: AnyExpr) -> bool:
    match first, second:
        case (Name(name=a), Name(name=b)) | (Local(name=a), Local(name=b)):
            return a == b
        case Attr(base=one, name=a), Attr(base=other, name=b):
            return a == b and _is_same(one, other)
        case _:
            return False
