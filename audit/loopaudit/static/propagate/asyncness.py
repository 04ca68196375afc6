"""Which of several functions a call can mean, told by `await` and by branches that ask for `async def`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.static.expressions import Attr
from loopaudit.static.link.values import FunctionValue

if TYPE_CHECKING:
    from loopaudit.static.deciding import Test
    from loopaudit.static.facts import Call
    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Frame, Value, Values


def fitting(link: Linker, frame: Frame, call: Call, values: Values) -> Values:
    """The values that fit the branches around the call: `if iscoroutinefunction(f): return await f()`."""
    tests = link.index.body(frame.function).tests
    for at, wanted in call.guards:
        test = tests[at]
        if test.kind == "async":
            values = tuple(value for value in values if _fits(link, test, call, value, wanted))
    return values


def _fits(link: Linker, test: Test, call: Call, value: Value, wanted: bool) -> bool:
    if not isinstance(value, FunctionValue) or link.index.function(value.function).is_async == wanted:
        return True
    if test.subject == call.func:
        return False
    # `if self.is_async: self.fn()` speaks of functions that were handed over, not of the class's own methods
    is_same = isinstance(call.func, Attr) and getattr(test.subject, "base", None) == call.func.base
    return not (is_same and value.receiver is None)
