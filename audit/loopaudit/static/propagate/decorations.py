"""What the project's own decorators do with each function they decorate: async wrappers, and registrations.

Nobody has to be seen calling a wrapper: a framework or a registry of the project may.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from loopaudit.static.expressions import Result
from loopaudit.static.link.calling import enter
from loopaudit.static.link.given import Argument, Given
from loopaudit.static.link.hierarchy import terminal_name
from loopaudit.static.link.shapes import NOTHING
from loopaudit.static.link.values import FunctionValue, Instance, Values, call_site

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from loopaudit.static.expressions import AnyExpr
    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Frame


class Decorations:
    """Enters the decorators that define functions of their own, or call one of these words."""

    def __init__(self, link: Linker, words: frozenset[str]) -> None:
        self._link = link
        self._words = words

    @cached_property
    def _inner(self) -> Mapping[int, tuple[int, ...]]:
        """Function -> the functions defined directly inside."""
        index = self._link.index
        found: dict[int, list[int]] = {}
        for number in index.functions:
            parent = index.sibling(number, max(index.function(number).parent, 0))
            if index.function(parent).kind in {"def", "async"} and index.function(number).kind != "lambda":
                found.setdefault(parent, []).append(number)
        return {parent: tuple(numbers) for parent, numbers in found.items()}

    @cached_property
    def _names(self) -> frozenset[str]:
        """How such decorators may be called: by their own name, or as an object of their class."""
        index = self._link.index
        callers = (number for word in self._words for number in index.callers.get(word, ()))
        found = {index.function(number).name for number in (*self._inner, *callers)}
        classes = (index.class_(cls) for cls in index.classes)
        return frozenset(found) | {
            cls.name for cls in classes if any(n == "__call__" for n, _ in cls.methods)
        }

    def scopes(self) -> Iterator[tuple[int, Frame, Given]]:
        """The decorated function, the frame of the decorator that was given it, the decorator's options."""
        for number in self._link.index.functions:
            decorators = self._link.index.function(number).decorators
            frame = self._link.definition_frame(self._link.frames.general(number)) if decorators else None
            if frame is None or not any(self._written(each, frame)[0] in self._names for each in decorators):
                continue
            values: Values = (FunctionValue(number, frame),)
            for decorator in reversed(decorators):
                name, options = self._written(decorator, frame)
                if name in self._names:
                    yield from ((number, scope, options) for scope in self._enter(decorator, frame, values))
                values = self._link.decorated(decorator, values, frame)

    def _written(self, decorator: AnyExpr, frame: Frame) -> tuple[str, Given]:
        if not isinstance(decorator, Result):
            return terminal_name(decorator), NOTHING
        call = self._link.index.body(frame.function).calls[decorator.call]
        return terminal_name(call.func), Given.of(call, frame, call_site(frame.function, decorator.call))

    def _enter(self, decorator: AnyExpr, frame: Frame, values: Values) -> Iterator[Frame]:
        for wrapper in self._link.evaluate(decorator, frame):
            called = (
                self._link.attribute(wrapper, "__call__") if isinstance(wrapper, Instance) else (wrapper,)
            )
            for each in called:
                if isinstance(each, FunctionValue):
                    yield enter(self._link, each, Given((Argument(values),)))

    def wrappers(self) -> Iterator[Frame]:
        """The async functions that decorators define around each function they are given."""
        for _, scope, _ in self.scopes():
            for number in self._inner.get(scope.function, ()):
                if self._link.index.function(number).is_async:
                    yield enter(self._link, FunctionValue(number, scope), Given())
