"""One AsyncSession is used by tasks that run at the same time.

What it finds
    An object that one task at a time may use (SQLAlchemy's or SQLModel's AsyncSession and AsyncConnection, an
    asyncpg or aiomysql connection, a Neo4j session) in two coroutines that run together: given to several
    coroutines of one `asyncio.gather`, `wait`, `as_completed` or task group, or to one coroutine in a loop or
    a comprehension; held by an object (`self.session`) whose methods are gathered; used by a task and by the
    function that started it; left to a task that outlives the `async with` that closes it; or made once for
    the whole process and used by the handlers of all requests.

Why it matters
    A session is one transaction on one connection. Two tasks in it take turns in the middle of each other's
    work: SQLAlchemy raises `IllegalStateChangeError` or "concurrent operations are not permitted" when they
    meet, asyncpg "another operation is in progress". When they do not meet, one commits what the other has
    half written, or rolls it back. It shows only under load.

Bad
    async with Session() as session:
        await asyncio.gather(load_user(session, key), load_orders(session, key))

Good
    async def load_user(key: str) -> User:
        async with Session() as session:         # each task has its own
            ...

    await asyncio.gather(load_user(key), load_orders(key))

    Or, where it has to be one transaction, one after the other:

    user = await load_user(session, key)
    orders = await load_orders(session, key)

What it leaves alone on purpose
    Factories and engines, which may be shared; `async_scoped_session`; drivers that queue statements
    themselves (aiosqlite, a psycopg connection); a session that one task alone uses; tasks that are awaited
    before the next one starts; coroutines of exclusive branches; methods that take turns under an
    `asyncio.Lock`.

How to silence
    # loopaudit: ignore[LA302] why it is fine here
    or `ignore = ["LA302"]` in [tool.loopaudit], or `per-file-ignores`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.findings import Finding, Hop
from loopaudit.rules.model import Rule
from loopaudit.rules.wording import brief, short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loopaudit.static.observations import Observations, SharedObject


def check(rule: Rule, observations: Observations) -> Iterator[Finding]:
    """Every object that tasks share which must not."""
    for shared in observations.shared:
        at = shared.at
        calls = shared.runner or shared.uses[0].calls
        yield Finding(
            rule=rule.code,
            kind="task",
            severity="error",
            confidence=shared.confidence,
            path=at.path,
            line=at.line,
            column=at.column,
            end_line=at.end_line,
            function=at.function,
            message=f"`{shared.expression}` is a `{shared.type_name}`{_made(shared)}, and {_happens(shared)}",
            primitive=shared.type_name,
            advice=_advise(shared),
            chain=(Hop(at.path, at.line, at.column, at.function, calls), *_others(shared)),
            roots=shared.roots,
            fingerprint="",
        )


def _others(shared: SharedObject) -> tuple[Hop, ...]:
    return () if shared.how == "process" else shared.uses


def _made(shared: SharedObject) -> str:
    made = shared.made
    return f", made once for the whole process ({made.path}:{made.line})" if shared.how == "process" else ""


def _happens(shared: SharedObject) -> str:
    first = _shown(shared.uses[0]) if shared.uses else ""
    match shared.how:
        case "together":
            second = _shown(shared.uses[1])
            return f"`{shared.runner}` runs {first} and {second} at the same time, which both use it"
        case "again":
            return f"{first} uses it, which `{shared.runner}` runs many times at once"
        case "another":
            return f"the task of {first}, which may still be running, uses it too"
        case "maker":
            return f"{first} uses it while the task is running"
        case "end":
            return "nobody waits for the task before the block ends that closes it"
        case _:
            return f"every request uses it at the same time: `{brief(shared.at.function)}` is one of them"


def _shown(hop: Hop) -> str:
    return f"`{hop.calls}` ({hop.path}:{hop.line})"


def _advise(shared: SharedObject) -> str:
    kind = short(shared.type_name)
    if shared.how == "process":
        return f"Keep the factory for the process, and open one {kind} for each request."
    if shared.how == "end":
        return f"Await the task inside the block; or let the task open its own {kind}."
    return (
        f"Let each task open its own {kind} (pass the factory or the engine); "
        "or await them one after the other."
    )


RULE = Rule("LA302", "session-shared-by-tasks", __doc__ or "", frozenset({"task"}), check, reads="shared")
