"""The constants of a call, as the catalogue's conditions want them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.catalogue.conditions import Argument, Arguments
from loopaudit.static.link.given import Given
from loopaudit.static.link.values import Constant, ExternalInstance, split_site

if TYPE_CHECKING:
    from loopaudit.static.link import given as link_given
    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Value

UNKNOWN = Argument()


def arguments_of(link: Linker, given: Given, receiver: Value | None = None) -> Arguments:
    """What is known about the arguments of a call, and of the call that made its receiver."""
    made_by = None
    if isinstance(receiver, ExternalInstance) and receiver.site >= 0:
        function, position = split_site(receiver.site)
        frame = link.frames.general(function)
        call = link.index.body(function).calls[position]
        made_by = arguments_of(link, Given.of(call, frame, receiver.site))
    positional: list[Argument] = []
    is_open = any(name == "" for name, _ in given.keywords)
    for argument in given.args:
        if argument.is_starred:
            is_open = True
            break
        positional.append(_argument(link, argument))
    keywords = {name: _argument(link, value) for name, value in given.keywords if name}
    return Arguments(tuple(positional), keywords, is_open, made_by)


def _argument(link: Linker, argument: link_given.Argument) -> Argument:
    values = argument.values(link)
    if len(values) != 1:
        return UNKNOWN
    match values[0]:
        case Constant(value=value):
            return Argument(value, is_known=True)
        case ExternalInstance(path=path):
            return Argument(type_path=path)
        case _:
            return UNKNOWN
