"""A coroutine waits for the network, and nothing says how long it may take.

What it finds
    An `await` on a driver or a stream that has no timeout of its own (redis, asyncpg, psycopg, aiomysql,
    asyncio streams), where no deadline is around it: not in its function, and not in the calls that lead to
    it from an endpoint, a task or a coroutine that nobody calls.

Why it matters
    A peer that goes away without a word (a failover, a firewall that drops packets) leaves the await waiting
    for many minutes, or for ever. The loop is not blocked, but the request is, with its memory, its pooled
    connection and its client; more of them come, until the pool is empty and everything waits.

Bad
    async def cached(key: str) -> bytes | None:
        return await redis.get(key)

Good
    async def cached(key: str) -> bytes | None:
        async with asyncio.timeout(2):
            return await redis.get(key)

    Or once, for all calls: `Redis(socket_timeout=2)`, `asyncpg.create_pool(dsn, command_timeout=10)`; or
    around the whole request.

What it leaves alone on purpose
    Libraries with a default (httpx waits 5 seconds, aiohttp 300); objects or calls that were told a timeout;
    awaits in the block of `asyncio.timeout`, `anyio.fail_after`, `move_on_after`, or given to
    `asyncio.wait_for`, here or further up; SQLAlchemy's sessions, whose driver is configured elsewhere;
    consumers, websockets and the streams of child processes, which are meant to wait. Where nobody sees how
    the client was made it is only possible (`--confidence possible`). A deadline that a middleware or a proxy
    sets is not seen. It is off by default; ask for it (`--select LA403`) where every request must end.

How to silence
    # loopaudit: ignore[LA403] why it is fine here
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.findings import Finding
from loopaudit.rules.model import Rule
from loopaudit.rules.wording import brief

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loopaudit.static.observations import Observations, UnboundedAwait


def check(rule: Rule, observations: Observations) -> Iterator[Finding]:
    """Every await on the network without a deadline around it."""
    for unbounded in observations.unbounded:
        at = unbounded.at
        yield Finding(
            rule=rule.code,
            kind="network",
            severity="warning",
            confidence=unbounded.confidence,
            path=at.path,
            line=at.line,
            column=at.column,
            end_line=at.end_line,
            function=at.function,
            message=_describe(unbounded),
            primitive=unbounded.name,
            advice="Put a deadline around it, here or further up: `async with asyncio.timeout(seconds):`; "
            "or give the client a timeout.",
            chain=unbounded.chain[-1:],
            roots=unbounded.roots,
            fingerprint="",
        )


def _describe(unbounded: UnboundedAwait) -> str:
    first = unbounded.chain[0].function
    here = brief(unbounded.at.function)
    where = f"`{here}`" if brief(first) == here else f"`{here}`, which `{brief(first)}` leads to,"
    return f"{where} awaits `{unbounded.name}` without a deadline. {unbounded.why}"


RULE = Rule(
    "LA403",
    "await-without-deadline",
    __doc__ or "",
    frozenset({"network", "database"}),
    check,
    default_on=False,
    reads="unbounded",
)
