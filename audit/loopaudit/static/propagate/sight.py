"""What the finders of the rules beyond blocking look at: the walk, what runs on the loop, and its roots."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import msgspec

from loopaudit.findings import CONFIDENCES, Hop
from loopaudit.static.facts import With
from loopaudit.static.observations import (
    DisabledTimeout,
    HeldLock,
    NestedLoop,
    Place,
    SharedObject,
    UnboundedAwait,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from loopaudit.catalogue.model import Role
    from loopaudit.findings import Root
    from loopaudit.static.facts import Call
    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import BoundExternal, External, Frame
    from loopaudit.static.propagate.entries import Handler
    from loopaudit.static.propagate.explore import Walk
    from loopaudit.static.propagate.steps import Played, Spot


@dataclass(frozen=True, slots=True)
class RoleCall:
    """A call in `frame` of a library function or method that has a role. index: of the call in the body."""

    frame: Frame
    call: Call
    index: int
    role: Role
    value: External | BoundExternal
    doubt: int


@dataclass(frozen=True, slots=True)
class Sight:
    """One program after its walk. on_loop: the frames whose functions the loop itself calls. played: role ->
    the calls that have it, each with the number of its frame."""

    link: Linker
    walk: Walk
    handlers: tuple[Handler, ...]
    on_loop: tuple[Frame, ...]
    roots_of: Callable[[Frame], tuple[Root, ...]]
    played: Mapping[str, tuple[tuple[int, Played], ...]]

    def coroutines(self) -> Iterator[Frame]:
        """The walked frames of the project's `async def` functions."""
        return (frame for frame in self.on_loop if self.link.index.function(frame.function).is_async)

    def calls_with(self, role: str, *, in_libraries: bool = False) -> Iterator[RoleCall]:
        """Every walked call of something that has the role, in the project and, if asked for, elsewhere."""
        for number, played in self.played.get(role, ()):
            frame = self.walk.frames[number]
            if self.link.index.is_library(frame.function) and not in_libraries:
                continue
            call = self.link.index.body(frame.function).calls[played.call]
            row = next(each for each in played.roles if each.role == role)
            yield RoleCall(frame, call, played.call, row, played.value, played.doubt)

    def place(self, frame: Frame, spot: Call | With | Spot) -> Place:
        """Where a call, a `with` item or a step of the frame's function stands."""
        index = self.link.index
        end = spot.line if isinstance(spot, With) else spot.end_line
        name = index.qualified_name(frame.function)
        return Place(index.path(frame.function), name, spot.line, spot.column, end)

    def hop(self, function: int, line: int, column: int, calls: str) -> Hop:
        """One line of a chain that stands in `function`."""
        index = self.link.index
        return Hop(index.path(function), line, column, index.qualified_name(function), calls)


def played_by_role(walk: Walk) -> Mapping[str, tuple[tuple[int, Played], ...]]:
    """Role -> (frame number, call) of every walked call that has it, in the order of the walk."""
    found: dict[str, list[tuple[int, Played]]] = defaultdict(list)
    for number, steps in walk.steps.items():
        for played in steps.played:
            for row in played.roles:
                found[row.role].append((number, played))
    return {role: tuple(calls) for role, calls in found.items()}


Seen = TypeVar("Seen", HeldLock, NestedLoop, SharedObject, DisabledTimeout, UnboundedAwait)


def each_once(seen: Iterable[Seen], same: Callable[[Seen], str] = lambda _: "") -> tuple[Seen, ...]:
    """One observation a place (and what else tells them apart): the first, with the roots of all contexts."""
    found: dict[tuple[str, int, int, str], Seen] = {}
    roots: dict[tuple[str, int, int, str], dict[Root, None]] = defaultdict(dict)
    for each in seen:
        key = (each.at.path, each.at.line, each.at.column, same(each))
        found.setdefault(key, each)
        roots[key].update(dict.fromkeys(each.roots))
    return tuple(msgspec.structs.replace(found[key], roots=tuple(roots[key])) for key in sorted(found))


def has_role(link: Linker, path: str, role: str) -> bool:
    """Whether a row gives the library object of that canonical path the role."""
    return any(row.role == role for row in link.catalogue.roles(path))


def confidence_of(doubt: int) -> str:
    """The word for a doubt of 0, 1 or 2."""
    return CONFIDENCES[min(doubt, 2)]
