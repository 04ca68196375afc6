"""What runs only until it has filled something that outlives the call: a module's variable, an attribute.

`if self._client is None: self._client = connect()` connects once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.static.expressions import Attr, Const, Name
from loopaudit.static.link.index import SHIFT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loopaudit.static.deciding import Guards
    from loopaudit.static.expressions import AnyExpr
    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Frame


def awaited_filling(link: Linker, frame: Frame, guards: Guards) -> tuple[AnyExpr, ...]:
    """What must still be empty for the code behind these guards to run."""
    tests = link.index.body(frame.function).tests
    found = (tests[at] for at, wanted in guards if not wanted)
    return tuple(test.subject for test in found if test.kind == "filled" and test.subject is not None)


def is_filled(link: Linker, empty: tuple[AnyExpr, ...], frame: Frame, callee: Frame | None) -> bool:
    """Whether the function itself, or the one it calls there, fills any of it."""
    functions = {frame.function, callee.function if callee is not None else frame.function}
    return any(_fills(link, number, subject, frame) for number in functions for subject in empty)


def _fills(link: Linker, number: int, subject: AnyExpr, frame: Frame) -> bool:
    function = link.index.function(number)
    match subject:
        case Attr(name=name):
            return name in function.stored and _stores_more(link, number, name)
        case Name(name=name):
            is_same_file = number >> SHIFT == frame.function >> SHIFT
            return is_same_file and (name in function.globals or name in _item_stores(link, number))
        case _:
            return False


def _stores_more(link: Linker, number: int, name: str) -> bool:
    """Whether what is stored is more than a flag: `self.closed = True` is true of one object of many."""
    stores = link.index.body(number).attr_stores
    return any(store.name == name and not isinstance(store.value, Const) for store in stores)


def _item_stores(link: Linker, number: int) -> Iterator[str]:
    return (store.base.name for store in link.index.body(number).item_stores if isinstance(store.base, Name))
