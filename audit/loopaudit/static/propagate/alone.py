"""What runs while nobody else uses the loop: start-up and shutdown, programs of their own, signal handlers.

A task that they start is not among it: it goes on while requests are served. Nor is what others use as well.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from loopaudit.static.expressions import Result
from loopaudit.static.facts import ASYNC_ITERATED, ASYNC_WITH_ITEM, AWAITED, RETURNED
from loopaudit.static.link.hierarchy import terminal_name
from loopaudit.static.link.index import SHIFT
from loopaudit.static.propagate.steps import OFFLOADS, SCHEDULES, STARTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from loopaudit.static.facts import Body, Call
    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Frame
    from loopaudit.static.propagate.explore import Walk
    from loopaudit.static.propagate.steps import Step

PROGRAM = "program"
STARTS_ONCE = frozenset(("startup", "shutdown", "lifespan"))
ALONE = STARTS_ONCE | {PROGRAM}
"""Kinds of roots beside which nothing runs."""
_WAITS_FOR = AWAITED | ASYNC_WITH_ITEM | ASYNC_ITERATED | RETURNED


def scripts(link: Linker) -> Iterator[Frame]:
    """The files that are run as programs."""
    for index, facts in enumerate(link.index.facts[: link.index.own_modules]):
        if facts.module.is_script:
            yield link.frames.general(index << SHIFT)


def crowded(link: Linker, walk: Walk, others: Iterable[int]) -> set[int]:
    """The frames that run beside others: those that `others` (frames that nobody is alone in) lead to, and
    those that are started as tasks or scheduled."""
    found = {number for number in others if number in walk.steps}
    tasks = _Tasks(link)
    for number, steps in walk.steps.items():
        frame = walk.frames[number]
        beside = (each.frame.number for each in steps.steps if each.frame and tasks.goes_on(frame, each))
        found.update(inner for inner in beside if inner in walk.steps)
    pending = deque(found)
    while pending:
        for step in walk.steps[pending.popleft()].steps:
            inner = step.frame if step.what != SCHEDULES else None
            if inner is not None and inner.number not in found and inner.number in walk.steps:
                found.add(inner.number)
                pending.append(inner.number)
    return found


class _Tasks:
    """Tells what is started and waited for from what goes on beside who started it."""

    def __init__(self, link: Linker) -> None:
        self._link = link
        roles = link.catalogue.rows.roles
        self._runners = frozenset(row.name.rpartition(".")[2] for row in roles if row.role == "starts_loop")
        """Last words of what runs a coroutine to its end: `asyncio.run(f())`."""

    def goes_on(self, frame: Frame, step: Step) -> bool:
        """Whether the frame does not wait for what the step starts."""
        if step.what == OFFLOADS:
            return True
        if step.what == SCHEDULES:
            return step.callback is None or not step.callback.once_only
        if step.what != STARTS or step.spot.call < 0:
            return False
        body = self._link.index.body(frame.function)
        call = body.calls[step.spot.call]
        return not (call.flags & _WAITS_FOR or any(map(self._waits, _taking(body, step.spot.call))))

    def _waits(self, call: Call) -> bool:
        """`await wait_for(f(), 5)`, `asyncio.run(f())`."""
        return bool(call.flags & AWAITED) or terminal_name(call.func) in self._runners


def _taking(body: Body, position: int) -> list[Call]:
    """The calls that are given the result of this one."""
    result = Result(position)
    return [
        call
        for call in body.calls[position + 1 :]
        if result in call.args or any(value == result for _, value in call.keywords)
    ]
