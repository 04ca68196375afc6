"""Which functions and classes carry a decorator of a certain name."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from loopaudit.static.expressions import Attr, Local, Name, Result
from loopaudit.static.facts import Class, Function

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from loopaudit.static.expressions import AnyExpr
    from loopaudit.static.link.index import Index

Facts = TypeVar("Facts", Function, Class)


class Decorations:
    """Look-ups by the last word of a decorator, however it is written."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def functions(self, name: str) -> tuple[int, ...]:
        """The functions decorated with `@name`, `@x.name`, `@name(...)` or `@x.name(...)`."""
        index = self._index
        by_call = (
            number
            for scope in index.callers.get(name, ())
            for number, facts in _inside(index, scope, index.module_of(scope).functions)
            if any(_calls(index, scope, each, name) for each in facts.decorators)
        )
        return (*self._plain_functions.get(name, ()), *by_call)

    def classes(self, name: str) -> tuple[int, ...]:
        """The classes decorated in one of these ways."""
        index = self._index
        by_call = (
            cls
            for scope in index.callers.get(name, ())
            for cls, facts in _inside(index, scope, index.module_of(scope).classes)
            if any(_calls(index, scope, each, name) for each in facts.decorators)
        )
        return (*self._plain_classes.get(name, ()), *by_call)

    @cached_property
    def _plain_functions(self) -> Mapping[str, tuple[int, ...]]:
        index = self._index
        return _by_name((number, index.function(number).decorators) for number in index.functions)

    @cached_property
    def _plain_classes(self) -> Mapping[str, tuple[int, ...]]:
        index = self._index
        return _by_name((cls, index.class_(cls).decorators) for cls in index.classes)


def _inside(index: Index, scope: int, among: Iterable[Facts]) -> Iterator[tuple[int, Facts]]:
    """The decorated ones that stand directly in the scope, with their numbers."""
    for position, facts in enumerate(among):
        if facts.decorators and index.sibling(scope, facts.parent) == scope:
            yield index.sibling(scope, position), facts


def _calls(index: Index, scope: int, decorator: AnyExpr, name: str) -> bool:
    if not isinstance(decorator, Result):
        return False
    func = index.body(scope).calls[decorator.call].func
    return isinstance(func, Attr | Name | Local) and func.name == name


def _by_name(decorated: Iterable[tuple[int, tuple[AnyExpr, ...]]]) -> Mapping[str, tuple[int, ...]]:
    found: dict[str, list[int]] = defaultdict(list)
    for number, decorators in decorated:
        for decorator in decorators:
            if isinstance(decorator, Attr | Name | Local):
                found[decorator.name].append(number)
    return {name: tuple(numbers) for name, numbers in found.items()}
