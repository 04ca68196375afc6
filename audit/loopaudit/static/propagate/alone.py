"""What runs while nobody else uses the loop: start-up and shutdown, programs of their own, signal handlers.

A task that they start is not among it: it goes on while requests are served. Nor is what others use as well.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from loopaudit.static.expressions import Result
from loopaudit.static.facts import ASYNC_ITERATED, ASYNC_WITH_ITEM, AWAITED, RETURNED
from loopaudit.static.link.hierarchy import terminal_name
from loopaudit.static.propagate.steps import OFFLOADS, SCHEDULES, STARTS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loopaudit.static.facts import Body, Call
    from loopaudit.static.link.linker import Linker
    from loopaudit.static.link.values import Frame
    from loopaudit.static.propagate.explore import Walk
    from loopaudit.static.propagate.steps import Step

PROGRAM = "program"
ALONE = frozenset(("startup", "shutdown", "lifespan", PROGRAM))
"""Kinds of roots beside which nothing runs."""
_WAITS_FOR = AWAITED | ASYNC_WITH_ITEM | ASYNC_ITERATED | RETURNED
_RUNS_A_LOOP = frozenset(("run", "run_until_complete"))


def crowded(link: Linker, walk: Walk, others: Iterable[int]) -> set[int]:
    """The frames that run beside others: those that `others` (frames that nobody is alone in) lead to, and
    those that are started as tasks or scheduled."""
    found = {number for number in others if number in walk.steps}
    for number, steps in walk.steps.items():
        frame = walk.frames[number]
        found.update(
            step.frame.number for step in steps.steps if step.frame and _goes_on_beside(link, frame, step)
        )
    pending = deque(found)
    while pending:
        for step in walk.steps[pending.popleft()].steps:
            inner = step.frame if step.what != SCHEDULES else None
            if inner is not None and inner.number not in found and inner.number in walk.steps:
                found.add(inner.number)
                pending.append(inner.number)
    return found


def _goes_on_beside(link: Linker, frame: Frame, step: Step) -> bool:
    """Whether the frame does not wait for what the step starts."""
    if step.what == OFFLOADS:
        return True
    if step.what == SCHEDULES:
        return step.callback is None or not step.callback.once_only
    if step.what != STARTS or step.spot.call < 0:
        return False
    body = link.index.body(frame.function)
    call = body.calls[step.spot.call]
    return not (call.flags & _WAITS_FOR or any(map(_waits, _taking(body, step.spot.call))))


def _waits(call: Call) -> bool:
    """`await wait_for(f(), 5)`, `asyncio.run(f())`."""
    return bool(call.flags & AWAITED) or terminal_name(call.func) in _RUNS_A_LOOP


def _taking(body: Body, position: int) -> list[Call]:
    """The calls that are given the result of this one."""
    result = Result(position)
    return [
        call
        for call in body.calls[position + 1 :]
        if result in call.args or any(value == result for _, value in call.keywords)
    ]
