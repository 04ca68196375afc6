"""What runs besides the constructor when an object of a project class is made: factories, validators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.static.expressions import Result
from loopaudit.static.link.hierarchy import terminal_name
from loopaudit.static.link.parameters import default_factories
from loopaudit.static.link.values import BoundExternal, External, FunctionValue, Instance, Values, union

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loopaudit.static.expressions import AnyExpr
    from loopaudit.static.link.linker import Linker

VALIDATOR = "validator"


def run_by_making(link: Linker, cls: int) -> Values:
    """The functions that fill and check a new instance."""
    return link.memo.ask((10, cls), _find, link, cls)


def _find(link: Linker, cls: int) -> Values:
    return union((default_factories(link, cls), tuple(_validators(link, cls))))


def _validators(link: Linker, cls: int) -> Iterator[FunctionValue]:
    bases = link.hierarchy.external_bases(cls)
    hooks = {
        name
        for base in bases
        for row in link.catalogue.base_classes(base)
        if row.kind == VALIDATOR
        for name in row.methods
    }
    for each in link.hierarchy.order(cls) if bases else ():
        body = link.index.sibling(each, link.index.class_(each).body)
        for name, position in link.index.class_(each).methods:
            number = link.index.sibling(each, position)
            decorators = link.index.function(number).decorators
            if name in hooks or any(_is_validator(link, decorator, body) for decorator in decorators):
                yield FunctionValue(number, link.frames.general(body), Instance(cls, exact=True))


def _is_validator(link: Linker, decorator: AnyExpr, body: int) -> bool:
    func = link.index.body(body).calls[decorator.call].func if isinstance(decorator, Result) else decorator
    if VALIDATOR not in terminal_name(func):  # a word every such decorator has: spares a look-up
        return False
    found = link.evaluate(func, link.frames.general(body))
    return any(
        entry.kind == VALIDATOR
        for value in found
        if isinstance(value, External | BoundExternal)
        for entry in link.catalogue.entries(value.path)
    )
