"""Objects that one task at a time may use (an AsyncSession), used by tasks that run at the same time."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from loopaudit.static.blocks import are_exclusive, is_inside, loop_around
from loopaudit.static.link.values import ExternalInstance
from loopaudit.static.observations import SharedObject
from loopaudit.static.propagate.crossings import made_at, written
from loopaudit.static.propagate.gathered import Gathering
from loopaudit.static.propagate.process_wide import process_wide
from loopaudit.static.propagate.sight import confidence_of, each_once
from loopaudit.static.propagate.spawned import Spawns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loopaudit.catalogue.model import Role
    from loopaudit.findings import Hop
    from loopaudit.static.facts import Call
    from loopaudit.static.link.values import Frame
    from loopaudit.static.propagate.gathered import Strand
    from loopaudit.static.propagate.sight import RoleCall, Sight
    from loopaudit.static.propagate.spawned import Overlap
    from loopaudit.static.propagate.strands import Use

Pair = tuple["Use", "Strand", "Strand"]
"""An object and two coroutines that use it; the same one twice where it is made again and again."""


def shared_objects(sight: Sight) -> tuple[SharedObject, ...]:
    """Each such object once for each place that shares it."""
    return each_once((*_in_functions(sight), *process_wide(sight)), lambda shared: shared.expression)


def _in_functions(sight: Sight) -> Iterator[SharedObject]:
    gathers, spawns = _by_frame(sight, "gathers"), _by_frame(sight, "spawns")
    for number in dict.fromkeys((*gathers, *spawns)):
        frame = sight.walk.frames[number]
        if not sight.link.index.function(frame.function).is_async:
            continue
        started: dict[int, Role] = {each.index: each.role for each in spawns.get(number, ())}
        gathering = Gathering(sight.link, frame, started)
        for each in gathers.get(number, ()):
            yield from _gathered(sight, each, gathering)
        for overlap in Spawns(sight.link, frame, gathering).overlaps():
            yield _overlapping(sight, frame, overlap)


def _by_frame(sight: Sight, role: str) -> dict[int, list[RoleCall]]:
    found: dict[int, list[RoleCall]] = defaultdict(list)
    for each in sight.calls_with(role):
        found[each.frame.number].append(each)
    return found


def _gathered(sight: Sight, each: RoleCall, gathering: Gathering) -> Iterator[SharedObject]:
    """The objects that two of the coroutines use that run together here."""
    exprs = each.call.args
    if each.role.arguments != ("*",):
        given = sight.link.given(each.frame, each.index)
        found = (given.find(name) for name in each.role.arguments)
        exprs = tuple(
            argument.expr for argument in found if argument is not None and argument.expr is not None
        )
    strands = [strand for expr in exprs for strand in gathering.strands(expr)]
    pairs: dict[tuple[int, str], Pair] = {}
    for use, first, second in _pairs(sight, each, strands):
        pairs.setdefault(use.key, (use, first, second))
    for use, first, second in pairs.values():
        calls = sight.link.index.body(each.frame.function).calls
        uses = tuple(_hop(sight, each.frame, calls[strand.call]) for strand in (first, second))
        doubt = max(each.doubt, int(first.is_listed or second.is_listed))
        yield SharedObject(
            at=sight.place(each.frame, each.call),
            type_name=use.type_name,
            expression=use.expression,
            how="again" if first is second else "together",
            runner=each.value.path,
            made=made_at(sight.link, ExternalInstance(use.type_name, use.site), each.frame),
            uses=uses[:1] if first is second else uses,
            confidence=confidence_of(doubt),
            roots=sight.roots_of(each.frame),
        )


def _pairs(sight: Sight, each: RoleCall, strands: list[Strand]) -> Iterator[Pair]:
    blocks = sight.link.index.body(each.frame.function).blocks
    for position, first in enumerate(strands):
        loop = loop_around(blocks, first.block)
        is_repeated = loop >= 0 and not is_inside(blocks, each.call.block, loop)
        for use in first.uses:
            if is_repeated and use.latest < blocks[loop].defs:
                yield use, first, first
            for second in strands[position + 1 :]:
                is_shared = any(other.key == use.key for other in second.uses)
                if is_shared and second.call != first.call:
                    yield from (
                        () if are_exclusive(blocks, first.block, second.block) else ((use, first, second),)
                    )


def _overlapping(sight: Sight, frame: Frame, overlap: Overlap) -> SharedObject:
    """A task and what else uses its object while it runs."""
    spawn, use = overlap.spawn, overlap.use
    others = () if overlap.other is None else (_hop(sight, frame, overlap.other),)
    return SharedObject(
        at=sight.place(frame, spawn.call),
        type_name=use.type_name,
        expression=use.expression,
        how=overlap.how,
        runner=written(sight.link, spawn.call.func, frame),
        made=made_at(sight.link, ExternalInstance(use.type_name, use.site), frame),
        uses=others,
        confidence=confidence_of(int(spawn.strand.is_listed)),
        roots=sight.roots_of(frame),
    )


def _hop(sight: Sight, frame: Frame, call: Call) -> Hop:
    return sight.hop(frame.function, call.line, call.column, written(sight.link, call.func, frame))
