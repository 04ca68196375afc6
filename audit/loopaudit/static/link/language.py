"""Calls of the language itself, whose answer no row can say: `super`, `getattr`, `type`, `dict`, `cast`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.static.link.container_methods import dictionary_of
from loopaudit.static.link.named import attributes_named
from loopaudit.static.link.values import (
    ClassValue,
    Container,
    Instance,
    Super,
    Values,
    says_something,
    union,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from loopaudit.static.link.given import Given
    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Frame


def _super(link: Linker, _: Given, caller: Frame | None) -> Values:
    scope = caller
    while scope is not None:
        function = link.index.function(scope.function)
        if function.owner >= 0 and function.kind != "class" and function.params:
            receivers = link.parameter(scope, 0)
            cls = link.index.sibling(scope.function, function.owner)
            return tuple(Super(cls, receiver) for receiver in receivers)
        scope = scope.parent
    return ()


def _getattr(link: Linker, given: Given, _: Frame | None) -> Values:
    target, name = given.at(0), given.at(1)
    if target is None or name is None:
        return ()
    default = given.at(2)
    found = attributes_named(link, target.values(link), name)
    return union((found, default.values(link) if default is not None else ()))


def _type(link: Linker, given: Given, _: Frame | None) -> Values:
    target = given.at(0)
    values = target.values(link) if target is not None else ()
    if len(given.args) == 3:
        return _made_class(link, given)
    return tuple(
        ClassValue(value.cls, is_open=not value.exact) for value in values if isinstance(value, Instance)
    )


def _made_class(link: Linker, given: Given) -> Values:
    """`type("Name", (Base,), {})` is taken for its bases."""
    bases = given.at(1)
    return link.element(bases.values(link)) if bases is not None else ()


def _dict(link: Linker, given: Given, _: Frame | None) -> Values:
    return (dictionary_of(link, given),)


def _cast(link: Linker, given: Given, _: Frame | None) -> Values:
    """What the annotation says; a container keeps what is known of its contents."""
    wanted, actual = given.at(0), given.at(1)
    known = actual.values(link) if actual is not None else ()
    if says_something(known) and any(isinstance(value, Container) for value in known):
        return known
    if wanted is None or wanted.expr is None or wanted.frame is None:
        return known
    return link.annotation(wanted.expr, wanted.frame) or known


CALLS: Mapping[str, Callable[[Linker, Given, Frame | None], Values]] = {
    "super": _super,
    "getattr": _getattr,
    "type": _type,
    "dict": _dict,
    "typing.cast": _cast,
}
"""By canonical name."""
