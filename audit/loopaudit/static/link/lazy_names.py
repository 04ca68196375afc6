"""Names that a module gives only when it is asked for them: its own `__getattr__`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.static.link.values import ClassValue, Constant, FunctionValue, Values, union

if TYPE_CHECKING:
    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Frame, Value


def computed(link: Linker, getters: Values, name: str) -> Values:
    """What a module's `__getattr__` gives for a name; of several things those that are called so."""

    values = union(
        link.result(_frame(link, getter, name)) for getter in getters if isinstance(getter, FunctionValue)
    )
    return tuple(value for value in values if _own_name(link, value) in {name, ""})


def _frame(link: Linker, getter: FunctionValue, name: str) -> Frame:
    params = link.index.function(getter.function).params
    bound = {params[0].name: (Constant(name),)} if params else {}
    return link.frames.make(getter.function, getter.parent, bound, is_general=True)


def _own_name(link: Linker, value: Value) -> str:
    match value:
        case FunctionValue(function=number):
            return link.index.function(number).name
        case ClassValue(index=cls):
            return link.index.class_(cls).name
        case _:
            return ""
