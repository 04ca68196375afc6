"""A lock of threads is held across an `await`.

What it finds
    A coroutine that takes a `threading.Lock`, `RLock`, `Semaphore` or `Condition` (or multiprocessing's) and
    awaits before it lets go: inside `with lock:`, between `acquire()` and `release()`, or by yielding from
    inside `with lock:` in an async generator.

Why it matters
    While the coroutine waits, the lock stays taken. The next task that wants it does not wait as a task
    does: it stops the whole event loop, and a loop that stands still never comes back to the coroutine that
    would let the lock go. That is a deadlock, and it needs no second thread. An `RLock` (a warning) fails the
    other way round: all tasks run in one thread, so each is let in at once, and nothing is protected between
    them, while other threads wait for as long as the network takes.

Bad
    lock = threading.Lock()

    async def refresh() -> None:
        with lock:
            state.token = await fetch_token()

Good
    lock = asyncio.Lock()

    async def refresh() -> None:
        async with lock:
            state.token = await fetch_token()

    Or, where threads use the lock too, wait first and take it for the change alone:

    async def refresh() -> None:
        token = await fetch_token()
        with lock:
            state.token = token

What it leaves alone on purpose
    `asyncio.Lock` and its like; blocks without an await; an await in a function that is only defined under
    the lock; `acquire(blocking=False)`, for those who only try never wait; file locks, which keep other
    processes out, are mostly taken once at start-up and bring a timeout; a lock taken by one function and let
    go by another.

How to silence
    # loopaudit: ignore[LA304] why it is fine here
    or `ignore = ["LA304"]` in [tool.loopaudit], or `per-file-ignores`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.findings import Finding, Hop
from loopaudit.rules.model import Rule
from loopaudit.rules.wording import brief, short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loopaudit.static.observations import HeldLock, Observations


def check(rule: Rule, observations: Observations) -> Iterator[Finding]:
    """Every lock that a coroutine holds while it waits."""
    for lock in observations.held:
        at = lock.at
        taking = Hop(at.path, at.line, at.column, at.function, lock.type_name)
        yield Finding(
            rule=rule.code,
            kind="lock",
            severity="warning" if lock.reenters else "error",
            confidence=lock.confidence,
            path=at.path,
            line=at.line,
            column=at.column,
            end_line=at.end_line,
            function=at.function,
            message=_describe(lock),
            primitive=lock.type_name,
            advice=_advise(lock),
            chain=(taking,) if lock.waits is None else (taking, lock.waits),
            roots=lock.roots,
            fingerprint="",
        )


def _describe(lock: HeldLock) -> str:
    waits = lock.waits
    where = "" if waits is None else f" `{waits.calls}` ({waits.path}:{waits.line})"
    harm = (
        "every task of the loop is its owner and is let in all the same, and other threads wait"
        if lock.reenters
        else "the next task that wants it stops the event loop, and then nobody lets it go"
    )
    return (
        f"`{lock.expression}` is a `{lock.type_name}` that `{brief(lock.at.function)}` holds while it awaits"
        f"{where}: {harm}"
    )


def _advise(lock: HeldLock) -> str:
    return (
        f"Use `asyncio.Lock` with `async with`; or, if threads share the {short(lock.type_name)}, "
        "await first and hold it only for what needs no await."
    )


RULE = Rule("LA304", "lock-across-await", __doc__ or "", frozenset({"lock"}), check, reads="held")
