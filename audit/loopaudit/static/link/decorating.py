"""What decorators make of a function: the library's by their rows, the project's by calling them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.static.expressions import Result
from loopaudit.static.link import shapes
from loopaudit.static.link.given import Argument, Given
from loopaudit.static.link.values import Awaitable, BoundExternal, External, ExternalInstance, Values, union

if TYPE_CHECKING:
    from typing import TypeGuard

    from loopaudit.static.expressions import AnyExpr
    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Frame, Value


def decorated(link: Linker, decorator: AnyExpr, values: Values, frame: Frame) -> Values:
    """What one decorator makes of a function."""
    found: list[Values] = []
    for wrapper in _called_with_options(link, decorator, frame) or link.evaluate(decorator, frame):
        if isinstance(wrapper, External) or _is_decorator(wrapper, link):
            found.append(shapes.decorate(link, wrapper.path, values))
        elif not isinstance(wrapper, ExternalInstance | Awaitable):
            found.append(link.apply(wrapper, Given((Argument(values),)), frame))
    return union(found) or values


def _called_with_options(link: Linker, decorator: AnyExpr, frame: Frame) -> Values:
    """`lru_cache` for `@lru_cache(maxsize=1)`: rows are about the decorator, however it is written."""
    if not isinstance(decorator, Result):
        return ()
    func = link.index.body(frame.function).calls[decorator.call].func
    return tuple(value for value in link.evaluate(func, frame) if _is_decorator(value, link))


def _is_decorator(value: Value, link: Linker) -> TypeGuard[External | BoundExternal]:
    """Whether a row says what the library does with a function it is given, here one it decorates."""
    return isinstance(value, External | BoundExternal) and bool(link.catalogue.callbacks(value.path))
