"""Attributes that somebody else sets: on an object, a class, a module, a function or a library's object."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.static.link.binding import bound_by
from loopaudit.static.link.hierarchy import terminal_name
from loopaudit.static.link.values import (
    ClassValue,
    Constant,
    ExternalInstance,
    FunctionValue,
    Instance,
    ProjectModule,
    Values,
    union,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from loopaudit.static.expressions import AnyExpr
    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Value

    IsThere = Callable[[Values, AnyExpr], bool]

MAX_STORERS = 40
"""Functions looked at that store an attribute of the wanted name."""
NONE = (Constant(None),)


def is_open(values: Values | None) -> bool:
    """Whether an attribute waits for somebody to set it: nobody said what it is, or it starts as None."""
    return not values or values == NONE


def hung(link: Linker, path: str, name: str) -> Values:
    """What the project stores as `app.state.name` and the like; where nobody knows what `app` is (as in a
    lifespan), an object called as its class is called counts."""
    word = path.rpartition(".")[2].lower()

    def is_there(bases: Values, expr: AnyExpr) -> bool:
        if not bases:
            return terminal_name(expr).lower() == word
        return any(isinstance(base, ExternalInstance) and base.path == path for base in bases)

    return _stored_on(link, name, is_there)


def set_on_class(link: Linker, cls: int, name: str) -> Values:
    """What functions outside the class store on it, on its instances, or on those of its family."""
    hierarchy = link.hierarchy

    def is_related(value: Value) -> bool:
        other = value.cls if isinstance(value, Instance) else getattr(value, "index", -1)
        return other == cls or other in hierarchy.order(cls) or (other >= 0 and cls in hierarchy.order(other))

    def is_there(bases: Values, _: AnyExpr) -> bool:
        return any(isinstance(base, Instance | ClassValue) and is_related(base) for base in bases)

    return _stored_on(link, name, is_there)


def set_on_module(link: Linker, module: int, name: str) -> Values:
    """What other modules store in this one: `state.client = ...`."""
    return _stored_on(link, name, lambda bases, _: ProjectModule(module) in bases)


def set_on_function(link: Linker, function: int, name: str) -> Values:
    """What is kept as an attribute of a function: `get_client.cached = ...`."""

    def is_there(bases: Values, _: AnyExpr) -> bool:
        return any(isinstance(base, FunctionValue) and base.function == function for base in bases)

    return _stored_on(link, name, is_there)


def _stored_on(link: Linker, name: str, is_there: IsThere) -> Values:
    return union(
        bound_by(link, store.kind, link.evaluate(store.value, frame), store.path)
        for frame in map(link.frames.general, link.index.storers.get(name, ())[:MAX_STORERS])
        for store in link.index.body(frame.function).attr_stores
        if store.name == name and is_there(link.evaluate(store.base, frame), store.base)
    )
