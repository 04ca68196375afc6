"""Logging handlers that the project attaches and that write to disk or network in the thread that logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.catalogue.conditions import is_harmless
from loopaudit.static.expressions import Const, Local, Name, Pairs
from loopaudit.static.link.calling import enter
from loopaudit.static.link.given import Given
from loopaudit.static.link.hierarchy import terminal_name
from loopaudit.static.link.index import SHIFT
from loopaudit.static.link.values import (
    BoundExternal,
    Constant,
    Container,
    External,
    ExternalInstance,
    FunctionValue,
    Instance,
)
from loopaudit.static.observations import AttachedHandler
from loopaudit.static.propagate.chains import Chains
from loopaudit.static.propagate.explore import walk_from
from loopaudit.static.propagate.literals import arguments_of
from loopaudit.static.propagate.sight import has_role
from loopaudit.static.propagate.spread import COSTS, spread_blocking

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loopaudit.catalogue.model import Primitive, Role
    from loopaudit.findings import Hop
    from loopaudit.static.expressions import AnyExpr
    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Frame, Value, Values
    from loopaudit.static.propagate.sight import Sight

ROLES = frozenset(("attaches_handler", "configures_logging", "opens_log_file"))
LISTENS = "takes_handlers_away"
METHOD = "emit"
Written = tuple[str, str, str, tuple["Hop", ...]]
"""What writes a record: its name, its cost, why, and the way there through the project's own `emit`."""


def attached_handlers(sight: Sight) -> tuple[AttachedHandler, ...]:
    """Every such handler, if the project has a loop and nothing that takes handlers off it."""
    link = sight.link
    if not sight.on_loop or any(_calls(link, frozenset((LISTENS,)))):
        return ()
    found: dict[tuple[str, int, int, str], AttachedHandler] = {}
    for frame, position, row in _calls(link, ROLES):
        call = link.index.body(frame.function).calls[position]
        at = sight.place(frame, call)
        for name, cost, why, chain in _written(link, frame, position, row):
            found.setdefault(
                (at.path, at.line, at.column, name), AttachedHandler(at, name, cost, why, chain, "certain")
            )
    return tuple(found[key] for key in sorted(found))


def _calls(link: Linker, roles: frozenset[str]) -> Iterator[tuple[Frame, int, Role]]:
    """The calls of what has such a role in the whole project: mostly in code that runs at import or start."""
    words = {row.name.rpartition(".")[2] for row in link.catalogue.rows.roles if row.role in roles}
    for number in sorted({each for word in words for each in link.index.callers.get(word, ())}):
        frame = link.frames.general(number)
        for position, call in enumerate(link.index.body(number).calls):
            if terminal_name(call.func) in words:
                for value in link.evaluate(call.func, frame):
                    if isinstance(value, External | BoundExternal):
                        rows = link.catalogue.roles(value.path)
                        yield from ((frame, position, row) for row in rows if row.role in roles)


def _written(link: Linker, frame: Frame, position: int, row: Role) -> Iterator[Written]:
    """What writes the records that go where this call sends them."""
    call = link.index.body(frame.function).calls[position]
    given = Given.of(call, frame, -1)
    if is_harmless(row.unless, arguments_of(link, given)):
        return
    for name in row.arguments:
        argument = given.find(name)
        if argument is None or argument.expr is None:
            continue
        values = argument.values(link)
        if row.role == "configures_logging":
            yield from _configured(link, argument.expr, frame)
        elif row.role == "attaches_handler":
            yield from _of_handlers(link, values)
        elif any(_is_file(link, value) for value in values):
            yield row.name, "disk", row.why, ()


def _of_handlers(link: Linker, values: Values) -> Iterator[Written]:
    for value in values:
        match value:
            case Container(element=element):
                yield from _of_handlers(link, element)
            case ExternalInstance(path=path):
                yield from _of_library(link, path)
            case Instance():
                yield from _of_project(link, value)
            case _:
                continue


def _of_library(link: Linker, path: str) -> Iterator[Written]:
    primitive = link.catalogue.member(path, METHOD).primitive
    if primitive is not None:
        yield primitive.name, primitive.cost, primitive.why, ()


def _of_project(link: Linker, value: Instance) -> Iterator[Written]:
    """The worst that the project's own handler reaches for each record."""
    methods = [each for each in link.attribute(value, METHOD) if isinstance(each, FunctionValue)]
    if not methods:
        for base in link.hierarchy.external_bases(value.cls)[:1]:
            yield from _of_library(link, base)
        return
    frames = [enter(link, each, Given()) for each in methods]
    walk = walk_from(link, frames)
    chains = Chains(link, spread_blocking(link, walk))
    reached: list[tuple[Primitive, tuple[Hop, ...]]] = [
        (chain.primitive, chain.hops)
        for frame in frames
        for step in walk.steps[frame.number].steps
        for chain in chains.from_step(frame, step)
        if chain.primitive.cost != "brief" and chain.primitive.kind != "lock"
    ]
    if reached:
        primitive, hops = min(reached, key=lambda each: (COSTS[each[0].cost], len(each[1])))
        yield primitive.name, primitive.cost, primitive.why, hops


def _is_file(link: Linker, value: Value) -> bool:
    """Whether what records are sent to is the name of a file."""
    if isinstance(value, ExternalInstance):
        return has_role(link, value.path, "names_file")
    return isinstance(value, Constant) and isinstance(value.value, str)


def _configured(link: Linker, expr: AnyExpr, frame: Frame) -> Iterator[Written]:
    """The handlers whose classes a literal dictionary names."""
    match expr:
        case Pairs(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                if key in {Const("class"), Const("()")} and isinstance(value, Const):
                    yield from _of_library(link, link.catalogue.canonical(str(value.value)))
                else:
                    yield from _configured(link, value, frame)
        case Local(defs=positions):
            for each in positions:
                yield from _configured(link, link.index.body(frame.function).defs[each].value, frame)
        case Name(name=name):
            scope = frame.function >> SHIFT << SHIFT
            for each in link.index.bindings(scope).get(name, ()):
                value = link.index.body(scope).defs[each].value
                yield from _configured(link, value, link.frames.general(scope))
        case _:
            return
