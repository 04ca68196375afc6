"""What a call gives its callee: arguments, evaluated when somebody looks at them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from loopaudit.static.expressions import Starred
from loopaudit.static.link.values import Container, Values, union

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loopaudit.static.expressions import AnyExpr
    from loopaudit.static.facts import Call, Function, Param
    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Frame, Value


MAX_SPILLED = 16
"""More arguments in one `*args` are not told apart: functions may pass on all and add one, without end."""


class Argument(msgspec.Struct, frozen=True, gc=False):
    """One argument: an expression in its caller's frame, or values that somebody knows already."""

    known: Values = ()
    expr: AnyExpr | None = None
    frame: Frame | None = None

    def values(self, link: Linker) -> Values:
        if self.expr is None or self.frame is None:
            return self.known
        return link.evaluate(self.expr, self.frame)

    @property
    def is_starred(self) -> bool:
        return isinstance(self.expr, Starred)


class Given(msgspec.Struct, frozen=True, gc=False):
    """The arguments of one call; `site` is the call (`values.call_site`) or -1 when nobody wrote it."""

    args: tuple[Argument, ...] = ()
    keywords: tuple[tuple[str, Argument], ...] = ()
    site: int = -1

    @classmethod
    def of(cls, call: Call, frame: Frame, site: int) -> Given:
        """The arguments as written in `call`, seen from `frame`."""
        return cls(
            tuple(Argument(expr=arg, frame=frame) for arg in call.args),
            tuple((name, Argument(expr=value, frame=frame)) for name, value in call.keywords),
            site,
        )

    @property
    def is_written(self) -> bool:
        """Whether somebody wrote the call and all its arguments: what it leaves out has its default."""
        is_open = any(argument.is_starred for argument in self.args) or any(
            not name for name, _ in self.keywords
        )
        return self.site >= 0 and not is_open

    def at(self, position: int) -> Argument | None:
        """The positional argument, unless a `*args` before it hides where it went."""
        for index, argument in enumerate(self.args):
            if argument.is_starred:
                return None
            if index == position:
                return argument
        return None

    def keyword(self, name: str) -> Argument | None:
        return next((value for key, value in self.keywords if key == name), None)

    def find(self, where: str) -> Argument | None:
        """By position ("0") or keyword ("target")."""
        return self.at(int(where)) if where.isdigit() else self.keyword(where)

    def after(self, position: int) -> Given:
        """What is left for the function that stood at `position` (`to_thread(f, *args, **kwargs)`)."""
        return Given(self.args[position + 1 :], self.keywords)


def bind(link: Linker, function: Function, given: Given, receiver: Value | None) -> dict[str, Argument]:
    """Parameter name -> what this call passes, for those it passes; `receiver` fills the first parameter."""
    bound: dict[str, Argument] = {}
    params = function.params
    if receiver is not None and params and params[0].kind in _POSITIONAL:
        bound[params[0].name] = Argument((receiver,))
        params = params[1:]
    if params and given.args:
        _bind_positional(link, params, given, bound)
    if params and given.keywords:
        _bind_keywords(link, params, given, bound)
    return bound


_POSITIONAL = frozenset(("normal", "positional_only"))


def _bind_positional(
    link: Linker, params: tuple[Param, ...], given: Given, bound: dict[str, Argument]
) -> None:
    slots = [param.name for param in params if param.kind in _POSITIONAL]
    rest = next((param.name for param in params if param.kind == "star"), None)
    spilled: list[Values] = []
    for position, (argument, is_starred) in enumerate(_spread(link, given)):
        if not is_starred and position < len(slots):
            bound[slots[position]] = argument
            continue
        if rest is None:
            break
        spilled.append(argument.values(link))
        if is_starred:
            break
    if rest is not None and spilled:
        each = tuple(spilled) if len(spilled) <= MAX_SPILLED else ()
        bound[rest] = Argument((Container("tuple", union(spilled), each),))


def _spread(link: Linker, given: Given) -> Iterator[tuple[Argument, bool]]:
    """Positional arguments in order, a `*name` of known length taken apart."""
    for argument in given.args:
        if not isinstance(argument.expr, Starred) or argument.frame is None:
            yield argument, False
            continue
        inner = link.evaluate(argument.expr.value, argument.frame)
        known = inner[0] if len(inner) == 1 else None
        if isinstance(known, Container) and known.items:
            for item in known.items:
                yield Argument(item), False
        else:
            yield Argument(link.element(inner)), True


def _bind_keywords(link: Linker, params: tuple[Param, ...], given: Given, bound: dict[str, Argument]) -> None:
    names = {param.name for param in params if param.kind not in {"star", "double_star"}}
    rest = next((param.name for param in params if param.kind == "double_star"), None)
    keyed: list[tuple[str | int, Values]] = []
    for name, argument in given.keywords:
        if name in names:
            bound[name] = argument
        elif not name:
            _spread_keywords(argument.values(link), names, keyed, bound)
        elif rest is not None:
            keyed.append((name, argument.values(link)))
    if rest is not None and keyed:
        bound[rest] = Argument((Container("dict", union(values for _, values in keyed), (), tuple(keyed)),))


def _spread_keywords(
    values: Values, names: set[str], keyed: list[tuple[str | int, Values]], bound: dict[str, Argument]
) -> None:
    for value in values:
        if isinstance(value, Container):
            for key, inner in value.keyed:
                if key in names:
                    bound.setdefault(str(key), Argument(inner))
                else:
                    keyed.append((key, inner))
