"""What is put into a container after it was made empty: `REGISTRY[name] = f`, `self.items.append(x)`.

Who adds to what is noted once for each function, and answered once for each container: a file may hold
thousands of both.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import msgspec

from loopaudit.static.expressions import AnyExpr, Attr, Local, Name
from loopaudit.static.link.index import MASK, SHIFT
from loopaudit.static.link.memo import Kept
from loopaudit.static.link.values import Container, Values, union

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from loopaudit.static.link.index import Index
    from loopaudit.static.link.linker import Linker

_ADDS_ONE = frozenset(("append", "add", "appendleft", "put_nowait"))
_ADDS_ONE_AT = frozenset(("insert", "setdefault"))
_ADDS_ALL = frozenset(("extend", "update", "extendleft"))
_IN_SCOPE, _IN_CLASS = 30, 31
"""Kinds of questions in the memo."""


class Addition(msgspec.Struct, frozen=True, gc=False):
    """A value put into a container by the function `scope`, or (`is_all`) the items of a value.

    is_local: the container is bound by the scope itself, not around it.
    """

    value: AnyExpr
    scope: int
    is_local: bool
    is_all: bool = False


By = dict[str, list[Addition]]


class Additions:
    """Who adds to what: by the container's name, in a function, a module, the methods of a class."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self.in_function: Callable[[int], tuple[By, By]] = Kept(self._in_function).__getitem__
        """To names, and to attributes of the first parameter."""
        self.in_module: Callable[[int], By] = Kept(self._in_module).__getitem__
        self.in_class: Callable[[int], By] = Kept(self._in_class).__getitem__

    def _in_function(self, scope: int) -> tuple[By, By]:
        names: By = defaultdict(list)
        attributes: By = defaultdict(list)
        params = self._index.function(scope).params
        receiver = params[0].name if params else ""
        for base, value, is_all in _written(self._index, scope):
            match base:
                case Local(name=name) | Name(name=name):
                    names[name].append(Addition(value, scope, isinstance(base, Local), is_all))
                case Attr(base=Local(name=owner), name=name) if owner == receiver:
                    attributes[name].append(Addition(value, scope, False, is_all))
        return names, attributes

    def _in_module(self, module: int) -> By:
        scopes = range(module << SHIFT, (module << SHIFT) + len(self._index.module(module).functions))
        return _joined(self.in_function(scope)[0] for scope in scopes)

    def _in_class(self, cls: int) -> By:
        methods = (self._index.sibling(cls, at) for _, at in self._index.class_(cls).methods)
        return _joined(self.in_function(scope)[1] for scope in methods)


def _joined(parts: Iterable[Mapping[str, list[Addition]]]) -> By:
    found: By = defaultdict(list)
    for part in parts:
        for name, additions in part.items():
            found[name].extend(additions)
    return found


def _written(index: Index, scope: int) -> Iterator[tuple[AnyExpr, AnyExpr, bool]]:
    """What a function adds to, what it adds, and whether it adds the items of that."""
    body = index.body(scope)
    for store in body.item_stores:
        yield store.base, store.value, False
    for call in body.calls:
        if isinstance(call.func, Attr) and call.args:
            method = call.func.name
            if method in _ADDS_ONE or method in _ADDS_ALL:
                yield call.func.base, call.args[0], method in _ADDS_ALL
            elif method in _ADDS_ONE_AT:
                yield call.func.base, call.args[-1], False


def is_empty(values: Values) -> bool:
    """Whether all that is known is a container nobody knows the contents of."""
    return bool(values) and all(isinstance(value, Container) and not value.element for value in values)


def fill_name(link: Linker, values: Values, function: int, name: str) -> Values:
    """The containers bound to `name` in the scope `function`, with what is put into them."""
    key = (_IN_SCOPE, function, link.word(name))
    return _filled(values, link.memo.ask(key, _put_into_name, link, function, name))


def fill_attribute(link: Linker, values: Values, cls: int, name: str) -> Values:
    """The containers stored as `self.name`, with what the class's methods put into them."""
    key = (_IN_CLASS, cls, link.word(name))
    return _filled(values, link.memo.ask(key, _put_into_attribute, link, cls, name))


def _filled(values: Values, contents: Values) -> Values:
    if not contents:
        return values
    return tuple(
        Container(value.kind, contents) if isinstance(value, Container) else value for value in values
    )


def _put_into_name(link: Linker, function: int, name: str) -> Values:
    """A module's container is filled by all its functions, a function's by itself."""
    if function & MASK:
        own = link.additions.in_function(function)[0].get(name, ())
        return _contents(link, (each for each in own if each.is_local))
    found = link.additions.in_module(function >> SHIFT).get(name, ())
    return _contents(link, (each for each in found if each.scope == function or not each.is_local))


def _put_into_attribute(link: Linker, cls: int, name: str) -> Values:
    return _contents(link, link.additions.in_class(cls).get(name, ()))


def _contents(link: Linker, additions: Iterable[Addition]) -> Values:
    found: list[Values] = []
    for each in additions:
        values = link.evaluate(each.value, link.frames.general(each.scope))
        found.append(_elements(link, values) if each.is_all else values)
    return union(found)


def _elements(link: Linker, values: Values) -> Values:
    """What a container adds to another: of a dict its values."""
    dicts = [value.element for value in values if isinstance(value, Container) and value.kind == "dict"]
    return union(dicts) if dicts else link.element(values)
