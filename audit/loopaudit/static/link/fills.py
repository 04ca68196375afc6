"""What is put into a container after it was made empty: `REGISTRY[name] = f`, `self.items.append(x)`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.static.expressions import Attr, Item, Local, Name, Result
from loopaudit.static.link.index import MASK, SHIFT
from loopaudit.static.link.values import ClassValue, Container, Instance, Values, union

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from loopaudit.static.expressions import AnyExpr
    from loopaudit.static.facts import Body
    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Frame

    IsBase = Callable[[AnyExpr, Frame], bool]

MAX_READERS = 60
"""Functions looked at that may put something into an attribute."""
_ADDS_ONE = frozenset(("append", "add", "appendleft", "put_nowait"))
_ADDS_ONE_AT = frozenset(("insert", "setdefault"))
_ADDS_ALL = frozenset(("extend", "update", "extendleft"))
_ADDS = _ADDS_ONE | _ADDS_ONE_AT | _ADDS_ALL
_TAKES_ONE = frozenset(("setdefault", "get"))


def is_empty(values: Values) -> bool:
    """Whether all that is known is a container nobody knows the contents of, or one of such containers."""
    return bool(values) and all(
        isinstance(value, Container) and (not value.element or is_empty(value.element)) for value in values
    )


def fill_name(link: Linker, values: Values, function: int, name: str) -> Values:
    """The containers bound to `name` in the scope `function`, with what is put into them."""
    is_module = function & MASK == 0

    def is_base(expr: AnyExpr, frame: Frame) -> bool:
        scope = frame.function
        if isinstance(expr, Local):
            return expr.name == name and scope == function
        return isinstance(expr, Name) and expr.name == name and (is_module or scope != function)

    scopes: Iterable[int] = (function,)
    if is_module:
        module = function >> SHIFT
        scopes = (module << SHIFT | at for at in range(len(link.index.module(module).functions)))
    return _filled(values, *_contents(link, scopes, is_base))


def fill_attribute(link: Linker, values: Values, cls: int, name: str) -> Values:
    """The containers stored as an attribute, with what anybody puts into them."""
    family = {cls, *link.hierarchy.order(cls), *link.hierarchy.descendants(cls)}

    def is_base(expr: AnyExpr, frame: Frame) -> bool:
        if not isinstance(expr, Attr) or expr.name != name:
            return False
        owners = link.evaluate(expr.base, frame)
        return any(
            (value.cls if isinstance(value, Instance) else value.index) in family
            for value in owners
            if isinstance(value, Instance | ClassValue)
        )

    return _filled(values, *_contents(link, _adders(link, cls, name), is_base))


def _adders(link: Linker, cls: int, name: str) -> tuple[int, ...]:
    """Functions that read the attribute and put something somewhere, those of the class's own file first."""
    index = link.index
    found = [
        number
        for number in index.readers.get(name, ())
        if not _ADDS.isdisjoint(index.function(number).called) or index.body(number).item_stores
    ]
    return tuple(sorted(found, key=lambda number: number >> SHIFT != cls >> SHIFT)[:MAX_READERS])


def _filled(values: Values, contents: Values, inner: Values) -> Values:
    if not contents and not inner:
        return values
    return tuple(
        Container(value.kind, _refilled(union((value.element, contents)), inner))
        if isinstance(value, Container)
        else value
        for value in values
    )


def _refilled(values: Values, inner: Values) -> Values:
    """The contents of a container of containers, with what is put into those: `handlers[name].append(f)`."""
    if not inner:
        return values
    filled = (
        Container(value.kind, inner) if isinstance(value, Container) and not value.element else value
        for value in values
    )
    return tuple(dict.fromkeys(filled)) or (Container("list", inner),)


def _contents(link: Linker, scopes: Iterable[int], is_base: IsBase) -> tuple[Values, Values]:
    """What is put into the container, and what is put into the containers it holds."""
    found: list[Values] = []
    inner: list[Values] = []
    for scope in scopes:
        body = link.index.body(scope)
        frame = link.frames.general(scope)
        for base, added, is_spread in _additions(body):
            holder = _holder(base, body)
            if is_base(base, frame):
                kept = found
            elif holder is not None and is_base(holder, frame):
                kept = inner
            else:
                continue
            values = link.evaluate(added, frame)
            kept.append(_elements(link, values) if is_spread else values)
    return union(found), union(inner)


def _holder(base: AnyExpr, body: Body) -> AnyExpr | None:
    """The container that `base` was just taken out of."""
    match base:
        case Item(base=holder):
            return holder
        case Result(call=call):
            func = body.calls[call].func
            return func.base if isinstance(func, Attr) and func.name in _TAKES_ONE else None
    return None


def _additions(body: Body) -> Iterator[tuple[AnyExpr, AnyExpr, bool]]:
    """Every expression that something is put into, what that is, and whether all its elements are."""
    for store in body.item_stores:
        yield store.base, store.value, False
    for call in body.calls:
        if isinstance(call.func, Attr) and call.func.name in _ADDS and call.args:
            method = call.func.name
            added = call.args[-1] if method in _ADDS_ONE_AT else call.args[0]
            yield call.func.base, added, method in _ADDS_ALL


def _elements(link: Linker, values: Values) -> Values:
    """What a container adds to another: of a dict its values."""
    dicts = [value.element for value in values if isinstance(value, Container) and value.kind == "dict"]
    return union(dicts) if dicts else link.element(values)
