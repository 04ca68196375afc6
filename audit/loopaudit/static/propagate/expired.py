"""Reads of attributes that a commit or a rollback has made an AsyncSession forget."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from loopaudit.static.blocks import is_inside
from loopaudit.static.expressions import Items, Local, Result
from loopaudit.static.facts import AWAITED
from loopaudit.static.link.hierarchy import terminal_name
from loopaudit.static.link.values import Constant, External, ExternalInstance, Instance, split_site
from loopaudit.static.observations import LazyRead, Place
from loopaudit.static.propagate.crossings import written
from loopaudit.static.propagate.loading import words_of
from loopaudit.static.propagate.sight import confidence_of
from loopaudit.static.propagate.strands import bound_object

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loopaudit.static.expressions import AnyExpr
    from loopaudit.static.facts import Body, Call, Load
    from loopaudit.static.link.values import Frame, Value
    from loopaudit.static.propagate.loading import Tracer
    from loopaudit.static.propagate.mapped import Mapped
    from loopaudit.static.propagate.sight import Sight
    from loopaudit.static.propagate.strands import Use

FORGETS = ("expires", "always_expires")
LOADS_AGAIN = frozenset(("refreshes", "runs_query", "gets_object"))


@dataclass(frozen=True, slots=True)
class Forgotten:
    """A call after which a session's objects know nothing any more. doubt: whether it does is only likely."""

    call: Call
    how: str
    session: Use
    doubt: int


class Expirations:
    """Finds reads behind such a call, in the blocks that it leads to."""

    def __init__(self, sight: Sight, mapped: Mapped, tracer: Tracer) -> None:
        self._sight = sight
        self._link = sight.link
        self._mapped = mapped
        self._tracer = tracer
        self._words = frozenset().union(*(words_of(sight.link, how) for how in FORGETS))

    def reads(self, frame: Frame) -> Iterator[LazyRead]:
        """The first read of each object behind each such call."""
        if self._words.isdisjoint(self._link.index.function(frame.function).called):
            return
        body = self._link.index.body(frame.function)
        seen: set[tuple[int, str]] = set()
        for forgotten in self._forgotten(frame, body):
            for load in body.loads:
                base = load.value.base
                if not isinstance(base, Local) or not _is_behind(body, load, forgotten.call):
                    continue
                key = (id(forgotten.call), base.name)
                if key not in seen and self._is_forgotten(frame, body, load, forgotten):
                    seen.add(key)
                    yield self._read(frame, load, forgotten)

    def _forgotten(self, frame: Frame, body: Body) -> Iterator[Forgotten]:
        for position, call in enumerate(body.calls):
            if terminal_name(call.func) not in self._words or not call.flags & AWAITED:
                continue
            session = bound_object(self._link, frame, getattr(call.func, "base", call.func))
            if session is None:
                continue
            for role in self._tracer.roles(frame, position):
                if role.role == "always_expires":
                    yield Forgotten(call, role.role, session, 0)
                elif role.role == "expires":
                    keeps, doubt = self._keeps(session, role.arguments[0])
                    if not keeps:
                        yield Forgotten(call, role.role, session, doubt)

    def _is_forgotten(self, frame: Frame, body: Body, load: Load, forgotten: Forgotten) -> bool:
        """Whether the object belonged to the session before, and nothing has loaded it since."""
        base = load.value.base
        if not isinstance(base, Local) or not base.defs:
            return False
        if max(body.defs[position].line for position in base.defs) >= forgotten.call.line:
            return False
        if self._is_loaded_again(frame, body, load, forgotten.call):
            return False
        cls = self._class_of(frame, base, forgotten)
        return cls is not None and self._mapped.is_column(cls, load.value.name)

    def _class_of(self, frame: Frame, base: Local, forgotten: Forgotten) -> int | None:
        found = self._tracer.loaded(frame, base)
        if found is not None:
            is_its_own = found.session is not None and found.session.key == forgotten.session.key
            return found.cls if is_its_own and not found.is_rows else None
        return self._added(frame, base, forgotten) if forgotten.how == "expires" else None

    def _added(self, frame: Frame, base: Local, forgotten: Forgotten) -> int | None:
        """The class of an object that was made here and added to the session before."""
        body = self._link.index.body(frame.function)
        if len(base.defs) != 1 or not isinstance(body.defs[base.defs[0]].value, Result):
            return None
        made = [each for each in self._link.evaluate(base, frame) if isinstance(each, Instance)]
        if len(made) != 1 or not self._mapped.is_mapped(made[0].cls):
            return None
        for position, call in enumerate(body.calls):
            if (call.line, call.column) >= (forgotten.call.line, forgotten.call.column):
                break
            for role in self._tracer.roles(frame, position):
                if role.role == "adds_object" and _holds(self._tracer.argument(frame, position, role), base):
                    session = bound_object(self._link, frame, getattr(call.func, "base", call.func))
                    return made[0].cls if session and session.key == forgotten.session.key else None
        return None

    def _is_loaded_again(self, frame: Frame, body: Body, load: Load, call: Call) -> bool:
        """Whether the session is asked for anything between the two: it may bring the object along."""
        between = (
            position
            for position, other in enumerate(body.calls)
            if (call.line, call.column) < (other.line, other.column) < (load.line, load.column)
        )
        return any(
            role.role in LOADS_AGAIN for position in between for role in self._tracer.roles(frame, position)
        )

    def _keeps(self, session: Use, argument: str) -> tuple[bool, int]:
        """Whether the session keeps what it knows over a commit, and how doubtful it is that it does not."""
        if session.site < 0:
            return self._some_session_keeps, 1
        return self._told(session.site, argument), 0

    def _told(self, site: int, argument: str) -> bool:
        """Whether the call that made the session, or the one that made its factory, says that it keeps."""
        for _ in range(3):
            function, position = split_site(site)
            frame = self._link.frames.general(function)
            call = self._link.index.body(function).calls[position]
            for name, expr in call.keywords:
                if name == argument:
                    values = self._link.evaluate(expr, frame)
                    return not (len(values) == 1 and values[0] == Constant(True))
                if not name:
                    return True  # `**options`: nobody knows
            values = self._link.evaluate(call.func, frame)
            makers = [each for each in values if isinstance(each, ExternalInstance)]
            if not makers or makers[0].site < 0:
                is_class = any(_is_called(call, each) for each in values)
                return self._some_session_keeps if not is_class else False
            site = makers[0].site
        return True

    @cached_property
    def _some_session_keeps(self) -> bool:
        """Whether any session or factory of the project is told something about it; so also where none is
        made: then somebody else makes them."""
        rows = [row for row in self._link.catalogue.rows.roles if row.role == "makes_session"]
        words = {row.name.rpartition(".")[2] for row in rows}
        arguments = {name for row in rows for name in row.arguments} | {""}
        is_made = False
        for number in sorted({each for word in words for each in self._link.index.callers.get(word, ())}):
            for call in self._link.index.body(number).calls:
                if terminal_name(call.func) in words:
                    is_made = True
                    if any(name in arguments for name, _ in call.keywords):
                        return True
        return not is_made

    def _read(self, frame: Frame, load: Load, forgotten: Forgotten) -> LazyRead:
        index = self._link.index
        name = index.qualified_name(frame.function)
        cls = (
            self._class_of(frame, load.value.base, forgotten) if isinstance(load.value.base, Local) else None
        )
        owner = "" if cls is None else index.qualified_name(index.sibling(cls, index.class_(cls).body))
        full = f"{owner}.{load.value.name}"
        call = forgotten.call
        return LazyRead(
            at=Place(index.path(frame.function), name, load.line, load.column, load.line),
            name=full,
            expression=written(self._link, load.value, frame),
            how=forgotten.how,
            chain=(self._sight.hop(frame.function, load.line, load.column, full),),
            loaded=self._sight.hop(
                frame.function, call.line, call.column, written(self._link, call.func, frame)
            ),
            confidence=confidence_of(forgotten.doubt),
            roots=self._sight.roots_of(frame),
        )


def _is_behind(body: Body, load: Load, call: Call) -> bool:
    """Whether the read comes after the call in each pass that makes the call."""
    is_later = (load.line, load.column) > (call.end_line, call.end_column)
    return is_later and is_inside(body.blocks, load.block, call.block)


def _is_called(call: Call, value: Value) -> bool:
    """Whether the class itself is called, by its name, and not something that was made to give its objects."""
    return isinstance(value, External) and value.path.rpartition(".")[2] == terminal_name(call.func)


def _holds(expr: AnyExpr | None, base: Local) -> bool:
    """Whether an argument is the variable, or a list with it."""
    if isinstance(expr, Items):
        return any(_holds(each, base) for each in expr.items)
    return isinstance(expr, Local) and expr.name == base.name
