"""Tasks that a function starts: how long each runs beside the function, and what else uses what it uses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loopaudit.static.blocks import are_exclusive, is_inside, loop_around
from loopaudit.static.expressions import Attr, Local, Name
from loopaudit.static.facts import AWAITED, DISCARDED, ITERATED
from loopaudit.static.link.parameters import dependencies, injected
from loopaudit.static.link.values import FunctionValue
from loopaudit.static.propagate.gathered import mentions
from loopaudit.static.propagate.strands import uses_of_coroutine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loopaudit.static.facts import Call
    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Frame
    from loopaudit.static.propagate.gathered import Gathering, Strand
    from loopaudit.static.propagate.strands import Use

Position = tuple[int, int]
"""Line and column."""


@dataclass(frozen=True, slots=True)
class Spawn:
    """A task. names: the variables that hold it. joined: where it is awaited first, and the block of that.
    group: the `with` block that waits for it, or -1."""

    call: Call
    strand: Strand
    names: frozenset[str]
    joined: tuple[Position, int] | None
    group: int

    @property
    def position(self) -> Position:
        return self.call.line, self.call.column


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two uses of one object at the same time. other: the call of the second one, or the spawn itself where
    it is repeated, or None where the object ends before the task does."""

    spawn: Spawn
    use: Use
    how: str
    other: Call | None


class Spawns:
    """The tasks of one function."""

    def __init__(self, link: Linker, frame: Frame, gathering: Gathering) -> None:
        self._link = link
        self._frame = frame
        self._body = link.index.body(frame.function)
        self._all = [
            self._spawn(position, strand)
            for position in sorted(gathering.spawns)
            if not self._body.calls[position].flags & AWAITED
            for strand in gathering.spawned(position)
            if strand.uses
        ]

    def overlaps(self) -> Iterator[Overlap]:
        """For each task and each object it uses the first other use that may come at the same time."""
        for spawn in self._all:
            for use in spawn.strand.uses:
                found = (
                    self._again(spawn, use)
                    or self._beside_another(spawn, use)
                    or self._beside_its_maker(spawn, use)
                    or self._after_its_end(spawn, use)
                )
                if found is not None:
                    yield found

    def _spawn(self, position: int, strand: Strand) -> Spawn:
        call = self._body.calls[position]
        names = self._names_of(position)
        return Spawn(call, strand, names, self._joined(position, names), self._group(call))

    def _names_of(self, position: int) -> frozenset[str]:
        """The variables that hold the task: assigned, filled with it, or taken from one of these."""
        names: frozenset[str] = frozenset()
        for _ in range(3):
            found = {each.name for each in self._body.defs if mentions(each.value, names, position)}
            found.update(
                call.func.base.name
                for call in self._body.calls
                if isinstance(call.func, Attr) and isinstance(call.func.base, Local)
                if any(mentions(each, names, position) for each in call.args)
            )
            found.update(
                store.base.name
                for store in self._body.item_stores
                if isinstance(store.base, Local) and mentions(store.value, names, position)
            )
            if found <= names:
                break
            names |= found
        return names

    def _joined(self, position: int, names: frozenset[str]) -> tuple[Position, int] | None:
        start = self._body.calls[position]
        after = (start.line, start.column)
        found: list[tuple[Position, int]] = [
            ((each.line, each.column), each.block)
            for each in self._body.awaits
            if mentions(each.value, names, position)
        ]
        found.extend(
            ((call.end_line, call.end_column), call.block)
            for at, call in enumerate(self._body.calls)
            if at != position and call.flags & (AWAITED | ITERATED) and self._takes(call, names, position)
        )
        return min((each for each in found if each[0] > after), default=None)

    def _takes(self, call: Call, names: frozenset[str], position: int) -> bool:
        given = (*call.args, *(value for _, value in call.keywords))
        return any(mentions(each, names, position) for each in given)

    def _group(self, call: Call) -> int:
        """The `with` block of the task group that the call starts its task in."""
        base = call.func.base if isinstance(call.func, Attr) else None
        if not isinstance(base, Local) or len(base.defs) != 1:
            return -1
        definition = self._body.defs[base.defs[0]]
        if definition.kind != "aenter":
            return -1
        return next((at for at in call.under if self._body.withs[at].value == definition.value), -1)

    def _is_alive(self, spawn: Spawn, call: Call) -> bool:
        """Whether the task may still run where `call` stands, after the spawn."""
        position = (call.line, call.column)
        if position <= spawn.position or are_exclusive(self._body.blocks, spawn.call.block, call.block):
            return False
        if spawn.group >= 0:
            return spawn.group in call.under
        return spawn.joined is None or position < spawn.joined[0]

    def _again(self, spawn: Spawn, use: Use) -> Overlap | None:
        """Started in a loop, on an object from outside of it, and not awaited in the same round."""
        loop = loop_around(self._body.blocks, spawn.call.block)
        if loop < 0 or use.latest >= self._body.blocks[loop].defs:
            return None
        if spawn.joined is not None and is_inside(self._body.blocks, spawn.joined[1], loop):
            return None
        if spawn.group >= 0 and self._entered_inside(spawn, loop):
            return None
        return Overlap(spawn, use, "again", spawn.call)

    def _entered_inside(self, spawn: Spawn, loop: int) -> bool:
        base = spawn.call.func.base if isinstance(spawn.call.func, Attr) else None
        return isinstance(base, Local) and max(base.defs, default=-1) >= self._body.blocks[loop].defs

    def _beside_another(self, spawn: Spawn, use: Use) -> Overlap | None:
        """A task that was started before and is still running."""
        for other in self._all:
            is_shared = any(each.key == use.key for each in other.strand.uses)
            if is_shared and other is not spawn and self._is_alive(other, spawn.call):
                return Overlap(spawn, use, "another", other.call)
        return None

    def _beside_its_maker(self, spawn: Spawn, use: Use) -> Overlap | None:
        """What the function itself awaits while the task is running."""
        starts = {id(other.call) for other in self._all}
        for position, call in enumerate(self._body.calls):
            if not call.flags & AWAITED or id(call) in starts or not self._is_alive(spawn, call):
                continue
            if not is_inside(self._body.blocks, call.block, spawn.call.block):
                continue
            if any(each.key == use.key for each in uses_of_coroutine(self._link, self._frame, position)):
                return Overlap(spawn, use, "maker", call)
        return None

    def _after_its_end(self, spawn: Spawn, use: Use) -> Overlap | None:
        """Nobody waits for the task, and the object is closed behind it: at the end of its `with` block, or
        by the dependency that handed it out."""
        if spawn.joined is not None or spawn.group >= 0 or not self._is_forgotten(spawn):
            return None
        if "." in use.words or use.scope != self._frame.function or use.latest < 0:
            return None
        definition = self._body.defs[use.latest]
        around = [self._body.withs[at] for at in spawn.call.under]
        if definition.kind == "aenter" and any(item.value == definition.value for item in around):
            return Overlap(spawn, use, "end", None)
        if definition.kind == "param" and self._is_lent(use):
            return Overlap(spawn, use, "end", None)
        return None

    def _is_lent(self, use: Use) -> bool:
        """Whether a generator hands the object out as a dependency: it takes it back after the answer."""
        number = self._frame.function
        if not injected(self._link, number, self._link.index.function(number).params[use.latest]):
            return False
        return any(
            isinstance(value, FunctionValue) and self._link.index.function(value.function).is_generator
            for value in dependencies(self._link, number)
        )

    def _is_forgotten(self, spawn: Spawn) -> bool:
        """Whether the task is thrown away, or only kept from being collected."""
        if spawn.call.flags & DISCARDED:
            return True
        kept = [each for each in self._body.attr_stores if mentions(each.value, spawn.names, -1)]
        handed = [each for each in self._body.returns if mentions(each, spawn.names, -1)]
        passed = [
            call for call in self._body.calls if self._takes(call, spawn.names, -1) and not _keeps_alive(call)
        ]
        return bool(spawn.names) and not kept and not handed and not passed


def _keeps_alive(call: Call) -> bool:
    """`tasks.add(task)` into a set of the module or the object."""
    func = call.func
    return isinstance(func, Attr) and func.name == "add" and isinstance(func.base, Name | Attr)
