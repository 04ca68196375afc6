"""Branches that a caller's constant decides: which parameters tests wait for, and how they come out.

A parameter is asked about by the tests of its own function, and by those of the functions it is passed on
to. Only a sure constant decides: a literal, a default that was left, a variable that holds nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from loopaudit.static.deciding import Test, answer
from loopaudit.static.expressions import Attr, Choice, Const, Local
from loopaudit.static.link.hierarchy import terminal_name
from loopaudit.static.link.memo import Kept
from loopaudit.static.link.values import Constant, Decided

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from loopaudit.static.deciding import Literal
    from loopaudit.static.expressions import AnyExpr
    from loopaudit.static.facts import Call, Function
    from loopaudit.static.link.given import Argument, Given
    from loopaudit.static.link.index import Index
    from loopaudit.static.link.values import Frame, Value, Values

    Wanted = Mapping[int, tuple[Test, ...]]

MAX_PASSING = 4
"""Functions a parameter is followed through."""
MAX_NAMESAKES = 6
"""A name that more functions have says nothing about which of them is called."""
MAX_TESTS = 16
MAX_STEPS = 6
"""Variables that a constant is followed through; in a loop they may lead back to themselves."""
MAX_CONSTANTS = 3
_UNCHANGED = frozenset(("narrow", "exclude"))
_TRUTH = Test("true")
_EXAMPLES: Mapping[str, Literal] = {"str": "", "int": 0, "float": 0.0, "bool": False, "NoneType": None}


class Decisions:
    """What constants decide in one program. telling: last words of library calls that look at theirs."""

    def __init__(self, index: Index, telling: frozenset[str]) -> None:
        self._index = index
        self._telling = telling
        self._open: set[int] = set()
        self.wanted = Kept(self._find_wanted).__getitem__
        """Of a function: position of a parameter -> the tests that wait for it."""

    def _find_wanted(self, number: int) -> Wanted:
        found: dict[int, dict[Test, None]] = {}
        if self._index.is_library(number):  # what is passed on there is not looked at
            found.update(
                (position, {_TRUTH: None}) for position in range(len(self._index.function(number).params))
            )
        for position, test in self._asked(number):
            tests = found.setdefault(position, {})
            if len(tests) < MAX_TESTS:
                tests[unplaced(test)] = None
        return {position: tuple(tests) for position, tests in found.items()}

    def _asked(self, number: int) -> Iterator[tuple[int, Test]]:
        body = self._index.body(number)
        yield from ((test.position, test) for test in body.tests if test.position >= 0)
        if number in self._open or len(self._open) >= MAX_PASSING:
            return
        self._open.add(number)
        for call in body.calls:
            passed = tuple(self._passed(number, call))
            if passed:
                yield from self._asked_below(call, passed)
        self._open.discard(number)

    def _asked_below(
        self, call: Call, passed: tuple[tuple[int, int, str], ...]
    ) -> Iterator[tuple[int, Test]]:
        word = terminal_name(call.func)
        if not word or word in self._telling:  # `make()(x)`: nobody sees who is called
            yield from ((position, _TRUTH) for position, _, _ in passed)
        for callee in self._index.named(word, MAX_NAMESAKES):
            function = self._index.function(callee)
            wanted = self.wanted(callee) if function.params else {}
            for position, at, keyword in passed if wanted else ():
                place = _place(function, at, keyword, is_method=_takes_receiver(function, call.func))
                yield from ((position, test) for test in wanted.get(place, ()))

    def _passed(self, number: int, call: Call) -> Iterator[tuple[int, int, str]]:
        """(parameter, place, keyword) of the arguments that are parameters as they came in."""
        for at, arg in enumerate(call.args):
            position = self.parameter(number, arg)
            if position >= 0:
                yield position, at, ""
        for keyword, value in call.keywords:
            position = self.parameter(number, value)
            if position >= 0:
                yield position, -1, keyword

    def parameter(self, number: int, expr: AnyExpr) -> int:
        """The parameter an expression still is, or -1."""
        defs = self._index.body(number).defs
        while isinstance(expr, Local) and len(expr.defs) == 1:
            found = defs[expr.defs[0]]
            if found.kind == "param":
                return expr.defs[0]
            if found.kind not in _UNCHANGED:
                return -1
            expr = found.value
        return -1

    def surely(self, expr: AnyExpr, frame: Frame, depth: int = 0) -> Values:
        """The constants that an expression may be, if it can be nothing else."""
        match expr:
            case Const(value=value):
                return (Constant(value),)
            case Choice(options=options) if depth < MAX_STEPS:
                return self._all([self.surely(option, frame, depth + 1) for option in options])
            case Local(defs=defs) if defs and depth < MAX_STEPS:
                reached = [each for each in defs if self._may_reach(each, frame)]
                return self._all([self._held(each, frame, depth + 1) for each in reached]) if reached else ()
            case _:
                return ()

    def _may_reach(self, position: int, frame: Frame) -> bool:
        guards = self._index.body(frame.function).defs[position].guards
        return not (guards and is_ruled_out(self._index, frame, guards))

    def _held(self, position: int, frame: Frame, depth: int) -> Values:
        found = self._index.body(frame.function).defs[position]
        if found.kind == "param":
            bound = frame.bound.get(found.name, ())
            return bound if all(isinstance(value, Decided) for value in bound) else ()
        is_plain = found.kind == "assign" and not found.path and found.scope == "local"
        return self.surely(found.value, frame, depth) if is_plain or found.kind in _UNCHANGED else ()

    def _all(self, parts: list[Values]) -> Values:
        if not all(parts):
            return ()
        merged = dict.fromkeys(value for part in parts for value in part)
        return tuple(merged) if len(merged) <= MAX_CONSTANTS else ()

    def decide(self, number: int, position: int, argument: Argument | None, given: Given) -> Values:
        """What the frame of a call keeps for a parameter that tests wait for; empty when nothing is sure."""
        tests = self.wanted(number).get(position)
        if not tests:
            return ()
        values: Values = ()
        if argument is not None:
            if argument.expr is not None and argument.frame is not None:
                values = self.surely(argument.expr, argument.frame)
        elif given.is_written:
            default = self._index.function(number).params[position].default
            values = (Constant(default.value),) if isinstance(default, Const) else ()
        return tuple(dict.fromkeys(decided(value, tests) for value in values))


def decided(value: Value, tests: tuple[Test, ...]) -> Decided:
    """What is left of a constant for these tests."""
    if isinstance(value, Decided):
        told = tuple((test, known) for test, known in value.told if test in tests)
        return Decided(value.kind, value.truth, told)
    constant = value.value if isinstance(value, Constant) else None
    kind = type(constant).__name__
    told = () if kind in {"NoneType", "bool"} else tuple(_told(constant, tests))
    return Decided(kind, bool(constant), told)


def _told(constant: Literal, tests: tuple[Test, ...]) -> Iterator[tuple[Test, bool]]:
    for test in tests:
        known = answer(test, constant) if test.kind in {"equal", "starts", "ends"} else None
        if known is not None:
            yield test, known


def remembered(value: Decided) -> Values:
    """The constant itself, where its type and its truth tell it: None, True, False, zero."""
    match value.kind:
        case "NoneType":
            return (Constant(None),)
        case "bool":
            return (Constant(value.truth),)
        case "int" | "float" if not value.truth:
            return (Constant(0),)
        case _:
            return ()


def outcome(value: Decided, test: Test) -> bool | None:
    """How a test comes out; None when nobody knows."""
    match test.kind, value.kind:
        case _, "NoneType":
            return answer(test, None)
        case "true", _:
            return value.truth
        case _, "bool":
            return answer(test, value.truth)
        case "none" | "is_a", kind:
            return answer(test, _EXAMPLES[kind])
        case _:
            return dict(value.told).get(unplaced(test))


def unplaced(test: Test) -> Test:
    """The test, of whatever parameter."""
    return msgspec.structs.replace(test, position=-1, rebound=())


def is_ruled_out(index: Index, frame: Frame, guards: tuple[tuple[int, bool], ...]) -> bool:
    """Whether what stands behind these guards cannot run, in this frame or anywhere on the loop."""
    tests = index.body(frame.function).tests
    for at, wanted in guards:
        test = tests[at]
        if test.kind in _SETTLED:
            if _SETTLED[test.kind] != wanted:
                return True
        elif test.position >= 0 and _is_unchanged(index, frame, test.rebound):
            name = index.function(frame.function).params[test.position].name
            bound = frame.bound.get(name, ())
            if bound and all(_comes_out(each, test, not wanted) for each in bound):
                return True
    return False


def _is_unchanged(index: Index, frame: Frame, rebound: tuple[int, ...]) -> bool:
    """Whether none of the branches that bind the parameter anew is taken here."""
    defs = index.body(frame.function).defs
    return all(is_ruled_out(index, frame, defs[at].guards) for at in rebound)


def _comes_out(value: Value, test: Test, truth: bool) -> bool:
    return isinstance(value, Decided) and outcome(value, test) is truth


_SETTLED = {"never": False, "windows": False, "loop": True}
"""Services do not run on Windows, and what is asked about runs on a loop."""


def _takes_receiver(function: Function, func: AnyExpr) -> bool:
    words = {terminal_name(each) for each in function.decorators}
    is_bound = isinstance(func, Attr) or function.name == "__init__"
    return function.owner >= 0 and "staticmethod" not in words and is_bound


def _place(function: Function, at: int, keyword: str, *, is_method: bool) -> int:
    if keyword:
        return next((i for i, param in enumerate(function.params) if param.name == keyword), -1)
    return at + 1 if is_method else at
