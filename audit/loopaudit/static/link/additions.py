"""Who adds to what: every expression of a function that something is put into, by the container's name."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import msgspec

from loopaudit.static.expressions import AnyExpr, Attr, Item, Local, Name, Result
from loopaudit.static.link.index import SHIFT
from loopaudit.static.link.memo import Kept

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from loopaudit.static.facts import Body
    from loopaudit.static.link.index import Index

_ADDS_ONE = frozenset(("append", "add", "appendleft", "put_nowait"))
_ADDS_ONE_AT = frozenset(("insert", "setdefault"))
_ADDS_ALL = frozenset(("extend", "update", "extendleft"))
_ADDS = _ADDS_ONE | _ADDS_ONE_AT | _ADDS_ALL
_TAKES_ONE = frozenset(("setdefault", "get"))
MAX_READERS = 60
"""Functions looked at that may put something into an attribute of the wanted name."""


class Addition(msgspec.Struct, frozen=True, gc=False):
    """A value put into a container by the function `scope`, or (`is_all`) the items of a value.

    base: the expression that stands for the container; of an attribute the object that has it. is_inner: the
    value goes into a container that was just taken out of this one (`handlers[name].append(f)`).
    """

    value: AnyExpr
    scope: int
    base: AnyExpr
    is_all: bool = False
    is_inner: bool = False

    @property
    def is_local(self) -> bool:
        """Whether the container is bound by the scope itself, not around it."""
        return isinstance(self.base, Local)


By = dict[str, list[Addition]]


class Additions:
    """Noted once for each function, and joined once for each module: a file may hold thousands."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self.in_function: Callable[[int], tuple[By, By]] = Kept(self._in_function).__getitem__
        """To names, and to attributes."""
        self.in_module: Callable[[int], By] = Kept(self._in_module).__getitem__
        """To names."""

    def to_attribute(self, name: str, home: int) -> Iterator[Addition]:
        """To attributes of that name, whosever they are; the functions of the module `home` come first."""
        readers = self._index.readers.get(name, ())
        for scope in sorted(readers, key=lambda number: number >> SHIFT != home)[:MAX_READERS]:
            yield from self.in_function(scope)[1].get(name, ())

    def _in_function(self, scope: int) -> tuple[By, By]:
        names: By = defaultdict(list)
        attributes: By = defaultdict(list)
        body = self._index.body(scope)
        for base, value, is_all in _written(body):
            holder = _holder(base, body)
            match base if holder is None else holder:
                case Local(name=name) | Name(name=name) as container:
                    names[name].append(Addition(value, scope, container, is_all, holder is not None))
                case Attr(base=owner, name=name):
                    attributes[name].append(Addition(value, scope, owner, is_all, holder is not None))
        return names, attributes

    def _in_module(self, module: int) -> By:
        scopes = range(module << SHIFT, (module << SHIFT) + len(self._index.module(module).functions))
        return _joined(self.in_function(scope)[0] for scope in scopes)


def _joined(parts: Iterable[Mapping[str, list[Addition]]]) -> By:
    found: By = defaultdict(list)
    for part in parts:
        for name, additions in part.items():
            found[name].extend(additions)
    return found


def _written(body: Body) -> Iterator[tuple[AnyExpr, AnyExpr, bool]]:
    """What a function adds to, what it adds, and whether it adds the items of that."""
    for store in body.item_stores:
        yield store.base, store.value, False
    for call in body.calls:
        if isinstance(call.func, Attr) and call.func.name in _ADDS and call.args:
            method = call.func.name
            yield call.func.base, call.args[-1 if method in _ADDS_ONE_AT else 0], method in _ADDS_ALL


def _holder(base: AnyExpr, body: Body) -> AnyExpr | None:
    """The container that `base` was just taken out of."""
    match base:
        case Item(base=holder):
            return holder
        case Result(call=call):
            func = body.calls[call].func
            return func.base if isinstance(func, Attr) and func.name in _TAKES_ONE else None
    return None
