"""What the finders of the rules beyond blocking look at: the walk, its frames on the loop, and their roots."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loopaudit.findings import CONFIDENCES, Hop
from loopaudit.static.link.values import BoundExternal, External, ExternalInstance
from loopaudit.static.observations import Place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from loopaudit.catalogue.model import Role
    from loopaudit.findings import Root
    from loopaudit.static.facts import Call, With
    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Frame, Value, Values
    from loopaudit.static.propagate.entries import Handler
    from loopaudit.static.propagate.explore import Walk


@dataclass(frozen=True, slots=True)
class Sight:
    """One program after its walk. on_loop: the frames whose functions the loop itself calls."""

    link: Linker
    walk: Walk
    handlers: tuple[Handler, ...]
    on_loop: tuple[Frame, ...]
    roots_of: Callable[[Frame], tuple[Root, ...]]

    def coroutines(self) -> Iterator[Frame]:
        """The walked frames of `async def` functions."""
        for frame in self.walk.frames.values():
            if self.link.index.function(frame.function).is_async:
                yield frame

    def place(self, frame: Frame, spot: Call | With) -> Place:
        """Where a call or a `with` item of the frame's function stands."""
        index = self.link.index
        end = getattr(spot, "end_line", spot.line)
        name = index.qualified_name(frame.function)
        return Place(index.path(frame.function), name, spot.line, spot.column, end)

    def hop(self, function: int, line: int, column: int, calls: str) -> Hop:
        """One line of a chain that stands in `function`."""
        index = self.link.index
        return Hop(index.path(function), line, column, index.qualified_name(function), calls)


def role_of(link: Linker, values: Values, role: str) -> tuple[Role, Value] | None:
    """The first row among the called values' that gives this role, and its value."""
    for value in values:
        row = role_of_value(link, value, role)
        if row is not None:
            return row, value
    return None


def role_of_value(link: Linker, value: Value, role: str) -> Role | None:
    """The row that gives a called value this role: by its own name, or by what calling the instance means."""
    match value:
        case External(path=path) | BoundExternal(path=path):
            return link.catalogue.role(path, role)
        case ExternalInstance(path=path):
            return link.catalogue.role(path, role)
        case _:
            return None


def confidence_of(doubt: int) -> str:
    """The word for a doubt of 0, 1 or 2."""
    return CONFIDENCES[min(doubt, 2)]
