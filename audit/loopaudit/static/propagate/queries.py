"""What a statement asks for: the class, and the relationships that its options load together with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.static.expressions import Attr, Const, Items, Local, Result
from loopaudit.static.link.calling import enter
from loopaudit.static.link.values import BoundExternal, ClassValue, External, FunctionValue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loopaudit.catalogue.model import Role
    from loopaudit.static.expressions import AnyExpr
    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Frame

MAX_STEPS = 24
"""Variables, calls and functions that one object or statement is traced through."""
EVERYTHING = "*"
"""Among the names that were loaded: nobody knows which, so all may have been."""


class Queries:
    """Traces statements back through the variables and functions that build them up."""

    def __init__(self, link: Linker) -> None:
        self._link = link
        self.option_words = words_of(link, "loader_options")

    def roles(self, frame: Frame, position: int) -> Iterator[Role]:
        """The roles of what a call calls."""
        call = self._link.index.body(frame.function).calls[position]
        for value in self._link.evaluate(call.func, frame):
            if isinstance(value, External | BoundExternal):
                yield from self._link.catalogue.roles(value.path)

    def argument(self, frame: Frame, position: int, role: Role) -> AnyExpr | None:
        """The first argument of a call that the role is about."""
        given = self._link.given(frame, position)
        found = (given.find(name) for name in role.arguments)
        return next((argument.expr for argument in found if argument is not None), None)

    def entity(self, frame: Frame, expr: AnyExpr | None) -> int | None:
        values = self._link.evaluate(expr, frame) if expr is not None else ()
        return values[0].index if len(values) == 1 and isinstance(values[0], ClassValue) else None

    def asked(self, frame: Frame, expr: AnyExpr, steps: int) -> tuple[int, frozenset[str]] | None:
        """The class a statement asks for, and the relationships it loads with it."""
        if steps > MAX_STEPS:
            return None
        match expr:
            case Local(defs=positions) if positions:
                body = self._link.index.body(frame.function)
                defs = [body.defs[position] for position in positions]
                if any(each.kind != "assign" or each.path for each in defs):
                    return None
                ways = [self.asked(frame, each.value, steps + len(defs)) for each in defs]
                known = [way for way in ways if way is not None]
                if len(known) < len(ways) or len({cls for cls, _ in known}) != 1:
                    return None
                return known[0][0], frozenset().union(*(names for _, names in known))
            case Result(call=position):
                return self._asked_by(frame, position, steps + 1)
            case _:
                return None

    def _asked_by(self, frame: Frame, position: int, steps: int) -> tuple[int, frozenset[str]] | None:
        call = self._link.index.body(frame.function).calls[position]
        if any(role.role == "query" for role in self.roles(frame, position)):
            cls = self.entity(frame, call.args[0]) if len(call.args) == 1 else None
            return None if cls is None else (cls, frozenset())
        if isinstance(call.func, Attr):
            inner = self.asked(frame, call.func.base, steps)
            if inner is not None:
                if call.func.name not in self.option_words:
                    return inner
                names = {name for each in call.args for name in self.mentioned(frame, each)}
                return inner[0], inner[1] | names
        for inner_frame in self.callees(frame, position):
            ways = [
                self.asked(inner_frame, each, steps)
                for each in self._link.index.body(inner_frame.function).returns
            ]
            return ways[0] if len(ways) == 1 else None
        return None

    def callees(self, frame: Frame, position: int) -> Iterator[Frame]:
        """The one function of the project that a call calls."""
        call = self._link.index.body(frame.function).calls[position]
        values = self._link.evaluate(call.func, frame)
        if len(values) == 1 and isinstance(values[0], FunctionValue):
            yield enter(self._link, values[0], self._link.given(frame, position))

    def mentioned(self, frame: Frame, expr: AnyExpr) -> Iterator[str]:
        """The attribute names in loader options; EVERYTHING for what comes from elsewhere."""
        match expr:
            case Attr(base=base, name=name):
                yield name
                yield from self.mentioned(frame, base) if isinstance(base, Result | Attr) else ()
            case Result(call=position):
                call = self._link.index.body(frame.function).calls[position]
                yield from self.mentioned(frame, call.func) if isinstance(call.func, Attr) else ()
                for each in (*call.args, *(value for _, value in call.keywords)):
                    yield from self.mentioned(frame, each)
            case Items(items=several):
                for each in several:
                    yield from self.mentioned(frame, each)
            case Const(value=str() as name):
                yield name
            case Const():
                return
            case Local(defs=positions) if positions:
                yield from self._mentioned_by(frame, positions)
            case _:
                yield EVERYTHING

    def _mentioned_by(self, frame: Frame, positions: tuple[int, ...]) -> Iterator[str]:
        body = self._link.index.body(frame.function)
        for position in positions:
            definition = body.defs[position]
            if definition.kind == "assign" and not isinstance(definition.value, Local):
                yield from self.mentioned(frame, definition.value)
            else:
                yield EVERYTHING


def words_of(link: Linker, role: str) -> frozenset[str]:
    """The last words of all that has the role, and its keywords."""
    rows = [row for row in link.catalogue.rows.roles if row.role == role]
    names = {row.name.rpartition(".")[2] for row in rows}
    return frozenset(names | {each for row in rows for each in row.arguments if not each.isdigit()})
