"""What a decorator decorates: the functions and classes that its first parameter may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.static.link.values import ClassValue, FunctionValue, Values

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loopaudit.static.expressions import AnyExpr
    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Frame


def decorated_by(link: Linker, number: int) -> Values:
    """What `number` decorates, itself or as what a decorator factory returns."""
    index = link.index
    names = []
    scope = number
    while index.function(scope).kind in {"def", "async"}:
        names.append(index.function(scope).name)
        scope = index.sibling(scope, index.function(scope).parent)
    return (*_functions(link, number, names), *_classes(link, number, names))


def _functions(link: Linker, number: int, names: list[str]) -> Iterator[FunctionValue]:
    for decorated in dict.fromkeys(each for name in names for each in link.index.decorated(name)):
        function = link.index.function(decorated)
        frame = link.definition_frame(link.frames.general(decorated))
        if _is_among(link, number, function.decorators, frame):
            yield FunctionValue(decorated, frame)


def _classes(link: Linker, number: int, names: list[str]) -> Iterator[ClassValue]:
    for cls in dict.fromkeys(each for name in names for each in link.index.decorated_classes(name)):
        facts = link.index.class_(cls)
        frame = link.frames.general(link.index.sibling(cls, facts.parent))
        if _is_among(link, number, facts.decorators, frame):
            yield ClassValue(cls)


def _is_among(link: Linker, number: int, decorators: tuple[AnyExpr, ...], frame: Frame) -> bool:
    return any(
        isinstance(wrapper, FunctionValue) and wrapper.function == number
        for decorator in decorators
        for wrapper in link.evaluate(decorator, frame)
    )
