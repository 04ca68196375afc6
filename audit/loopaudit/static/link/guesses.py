"""Calls on receivers that nobody could resolve: what they may mean by the shape of the name and the project.

`db.commit()` may wait for a database where the project makes sync sessions, keeps no asynchronous ones beside
them, awaits nothing called so, and writes no method of that name itself. By the name alone nothing is said.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from loopaudit.static.expressions import Attr, Local, Result
from loopaudit.static.facts import AWAITED
from loopaudit.static.link.hierarchy import terminal_name
from loopaudit.static.link.values import BoundExternal, Constant, ExternalInstance

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from loopaudit.catalogue.model import ExternalType, TypeExpr
    from loopaudit.static.expressions import AnyExpr
    from loopaudit.static.facts import Call
    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Frame, Values

LIKELY, POSSIBLE = 1, 2
MAX_CALLERS = 60
"""Functions looked at for what the project makes, and for what it awaits."""
MAX_STEPS = 8
"""Calls behind calls, and names behind names, that are followed to the name that tells."""


Guess = tuple[ExternalInstance, str, int]
"""An object, the word that told, and how doubtful it is."""


class Guesses:
    """What the names of one project may mean; every answer about a type is found once."""

    def __init__(self, link: Linker) -> None:
        self._link = link
        self._made: dict[str, bool] = {}
        self._awaited: dict[tuple[str, str], bool] = {}

    def of_call(self, frame: Frame, call: Call) -> tuple[BoundExternal, int] | None:
        """The method of a library that an unresolved call may mean, with how doubtful that is."""
        if not isinstance(call.func, Attr) or not self._words:
            return None
        method = call.func.name
        receiver = self._receiver(frame, call.func.base, method, 0)
        if receiver is None:
            return None
        value, word, doubt = receiver
        member = self._link.catalogue.member(value.path, method)
        if member.primitive is None or self._is_awaited(word, method):
            return None
        if self._link.hierarchy.definers(method):
            doubt = POSSIBLE
        return BoundExternal(member.path, value, method), doubt

    def _receiver(self, frame: Frame, expr: AnyExpr, method: str, steps: int) -> Guess | None:
        """What an expression with that method may be: by its name, or by what a call on such a name gives."""
        if steps > MAX_STEPS:
            return None
        match expr:
            case Result(call=position):
                return self._result(frame, position, steps)
            case Local(defs=(only,)) if (value := self._assigned(frame, only)) is not None:
                found = self._receiver(frame, value, method, steps + 1)
                return found if found is not None else self._named(frame, expr, method)
            case _:
                return self._named(frame, expr, method)

    def _assigned(self, frame: Frame, position: int) -> AnyExpr | None:
        definition = self._link.index.body(frame.function).defs[position]
        is_plain = definition.kind == "assign" and not definition.path
        return definition.value if is_plain and isinstance(definition.value, Result) else None

    def _result(self, frame: Frame, position: int, steps: int) -> Guess | None:
        call = self._link.index.body(frame.function).calls[position]
        if not isinstance(call.func, Attr) or call.flags & AWAITED:
            return None
        receiver = self._receiver(frame, call.func.base, call.func.name, steps + 1)
        if receiver is None:
            return None
        value, word, doubt = receiver
        returns = self._link.catalogue.member(value.path, call.func.name).returns
        given = self._link.shape(returns, receiver=value) if returns is not None else ()
        found = next((each for each in given if isinstance(each, ExternalInstance)), None)
        return (found, word, doubt) if found is not None else None

    def _named(self, frame: Frame, expr: AnyExpr, method: str) -> Guess | None:
        word = terminal_name(expr).lstrip("_")
        catalogue = self._link.catalogue
        types = [row for row in self._words.get(word, ()) if catalogue.member(row.name, method).is_known]
        if not types or not _is_unknown(self._link.evaluate(expr, frame)):
            return None
        candidates = [row for row in types if self._is_made(row.name)]
        if len(candidates) != 1:
            return None
        row = candidates[0]
        names = [*row.not_beside, *(other.name for other in types if not self._is_akin(other, row))]
        is_clear = not any(self._is_imported(name) for name in names)
        return ExternalInstance(row.name), word, LIKELY if is_clear else POSSIBLE

    def _is_akin(self, one: ExternalType, other: ExternalType) -> bool:
        catalogue = self._link.catalogue
        return catalogue.is_subclass(one.name, other.name) or catalogue.is_subclass(other.name, one.name)

    @cached_property
    def _words(self) -> Mapping[str, tuple[ExternalType, ...]]:
        found: dict[str, list[ExternalType]] = {}
        for row in self._link.catalogue.rows.types:
            for word in row.often_called:
                found.setdefault(word, []).append(row)
        return {word: tuple(types) for word, types in found.items()}

    @cached_property
    def _imports(self) -> frozenset[str]:
        return frozenset(
            prefix
            for facts in self._link.index.facts
            for name in facts.module.imports
            for prefix in _prefixes(self._link.catalogue.canonical(name))
        )

    def _is_imported(self, name: str) -> bool:
        """Whether the project imports the module, or the one a class stands in."""
        owner = name.rpartition(".")[0] if name.rpartition(".")[2][:1].isupper() else name
        return owner in self._imports

    def _is_made(self, name: str) -> bool:
        """Whether the project makes an object of the type somewhere, or one whose methods give such."""
        known = self._made.get(name)
        if known is None:
            self._made[name] = False
            makers = _makers(self._link, name)
            owners = sorted({maker.rpartition(".")[0] for maker in makers} - {name})
            is_called = any(path in makers for path in self._called(makers))
            known = self._made[name] = is_called or any(
                self._is_made(owner) for owner in owners if self._link.catalogue.type_of(owner) is not None
            )
        return known

    def _called(self, makers: frozenset[str]) -> Iterator[str]:
        """The library paths that calls named as these go to."""
        link = self._link
        words = {maker.rpartition(".")[2] for maker in makers}
        callers = dict.fromkeys(
            number for word in sorted(words) for number in link.index.callers.get(word, ())
        )
        for number in list(callers)[:MAX_CALLERS]:
            frame = link.frames.general(number)
            for call in link.index.body(number).calls:
                if terminal_name(call.func) in words:
                    yield from (getattr(value, "path", "") for value in link.evaluate(call.func, frame))

    def _is_awaited(self, word: str, method: str) -> bool:
        """Whether the project awaits this method of something called so: then it is the asynchronous one."""
        known = self._awaited.get((word, method))
        if known is None:
            known = self._awaited[word, method] = any(
                call.flags & AWAITED
                and isinstance(call.func, Attr)
                and call.func.name == method
                and terminal_name(call.func.base).lstrip("_") == word
                for number in self._link.index.callers.get(method, ())
                for call in self._link.index.body(number).calls
            )
        return known


def _is_unknown(values: Values) -> bool:
    return all(value == Constant(None) for value in values)


def _makers(link: Linker, name: str) -> frozenset[str]:
    """The names of what gives an object of the type: itself, functions, methods, and makers of makers."""
    rows = link.catalogue.rows
    factories = {row.name for row in rows.types if row.call is not None and _mentions(row.call, {name})}
    wanted = {name, *factories}
    makers = {row.name for row in rows.values if _mentions(row.returns, wanted)}
    makers |= {row.name for row in rows.primitives if row.returns and _mentions(row.returns, wanted)}
    return frozenset(wanted | makers)


def _mentions(expr: TypeExpr, names: set[str]) -> bool:
    return expr.head in names or any(_mentions(arg, names) for arg in expr.args)


def _prefixes(name: str) -> Iterator[str]:
    while name:
        yield name
        name = name.rpartition(".")[0]
