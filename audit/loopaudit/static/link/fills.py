"""What is put into a container after it was made empty: `REGISTRY[name] = f`, `self.items.append(x)`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.static.expressions import Attr, Local, Name
from loopaudit.static.link.index import MASK, SHIFT
from loopaudit.static.link.values import Container, Values, union

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from loopaudit.static.expressions import AnyExpr
    from loopaudit.static.link.linker import Linker

    IsBase = Callable[[AnyExpr, int], bool]

_ADDS_ONE = frozenset(("append", "add", "appendleft", "put_nowait"))
_ADDS_ONE_AT = frozenset(("insert", "setdefault"))
_ADDS_ALL = frozenset(("extend", "update", "extendleft"))


def is_empty(values: Values) -> bool:
    """Whether all that is known is a container nobody knows the contents of."""
    return bool(values) and all(isinstance(value, Container) and not value.element for value in values)


def fill_name(link: Linker, values: Values, function: int, name: str) -> Values:
    """The containers bound to `name` in the scope `function`, with what is put into them."""
    is_module = function & MASK == 0

    def is_base(expr: AnyExpr, scope: int) -> bool:
        if isinstance(expr, Local):
            return expr.name == name and scope == function
        return isinstance(expr, Name) and expr.name == name and (is_module or scope != function)

    scopes: Iterable[int] = (function,)
    if is_module:
        module = function >> SHIFT
        scopes = (module << SHIFT | at for at in range(len(link.index.module(module).functions)))
    return _filled(values, _contents(link, scopes, is_base))


def fill_attribute(link: Linker, values: Values, cls: int, name: str) -> Values:
    """The containers stored as `self.name`, with what the class's methods put into them."""

    def is_base(expr: AnyExpr, scope: int) -> bool:
        params = link.index.function(scope).params
        return (
            isinstance(expr, Attr)
            and expr.name == name
            and isinstance(expr.base, Local)
            and bool(params)
            and expr.base.name == params[0].name
        )

    methods = (link.index.sibling(cls, at) for _, at in link.index.class_(cls).methods)
    return _filled(values, _contents(link, methods, is_base))


def _filled(values: Values, contents: Values) -> Values:
    if not contents:
        return values
    return tuple(
        Container(value.kind, contents) if isinstance(value, Container) else value for value in values
    )


def _contents(link: Linker, scopes: Iterable[int], is_base: IsBase) -> Values:
    found: list[Values] = []
    for scope in scopes:
        body = link.index.body(scope)
        frame = link.frames.general(scope)
        found.extend(link.evaluate(s.value, frame) for s in body.item_stores if is_base(s.base, scope))
        for call in body.calls:
            if isinstance(call.func, Attr) and call.args and is_base(call.func.base, scope):
                method = call.func.name
                if method in _ADDS_ONE:
                    found.append(link.evaluate(call.args[0], frame))
                elif method in _ADDS_ONE_AT:
                    found.append(link.evaluate(call.args[-1], frame))
                elif method in _ADDS_ALL:
                    found.append(_elements(link, link.evaluate(call.args[0], frame)))
    return union(found)


def _elements(link: Linker, values: Values) -> Values:
    """What a container adds to another: of a dict its values."""
    dicts = [value.element for value in values if isinstance(value, Container) and value.kind == "dict"]
    return union(dicts) if dicts else link.element(values)
