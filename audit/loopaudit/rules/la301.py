"""A Session made in one thread is used in another.

What it finds
    A value that belongs to one thread (a synchronous SQLAlchemy Session, a sqlite3 connection) that is made
    outside and then used inside a function given to `asyncio.to_thread`, `run_in_executor`,
    `run_in_threadpool` and the like: passed as an argument, held by an object whose method is passed, or
    captured by a lambda.

Why it matters
    This is how the cure of LA103 is usually written, and it trades a slow service for a wrong one: two
    threads in one Session lose writes, mix up transactions and close one another's connections; sqlite3
    refuses outright.

Bad
    async def create(self, title: str) -> None:
        with Session(engine) as session:
            await asyncio.to_thread(insert, session, title)

Good
    def insert(title: str) -> None:
        with Session(engine) as session:        # opened, used and closed in one thread
            session.add(Document(title=title))
            session.commit()

    async def create(self, title: str) -> None:
        await asyncio.to_thread(insert, title)

What it leaves alone on purpose
    Engines, session factories and `scoped_session`, which may be shared; `AsyncSession.run_sync`; FastAPI's
    own `def` dependency with a `def` endpoint, where the session is handed over and never shared.

How to silence
    # loopaudit: ignore[LA301] why it is fine here
    or `ignore = ["LA301"]` in [tool.loopaudit], or `per-file-ignores`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.findings import Finding, Hop
from loopaudit.rules.model import Rule
from loopaudit.rules.wording import brief, short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loopaudit.static.observations import Crossing, Observations


def check(rule: Rule, observations: Observations) -> Iterator[Finding]:
    """Every thread-bound value that goes through an offloader."""
    for crossing in observations.crossings:
        yield Finding(
            rule=rule.code,
            kind="thread",
            severity="error",
            confidence=crossing.confidence,
            path=crossing.at.path,
            line=crossing.at.line,
            column=crossing.at.column,
            end_line=crossing.at.end_line,
            function=crossing.at.function,
            message=_describe(crossing),
            primitive=crossing.type_name,
            advice=_advise(crossing),
            chain=(_handing_over(crossing), crossing.used),
            roots=crossing.roots,
            fingerprint="",
        )


def _handing_over(crossing: Crossing) -> Hop:
    at = crossing.at
    return Hop(at.path, at.line, at.column, at.function, crossing.offloader)


def _describe(crossing: Crossing) -> str:
    made, used = crossing.made, crossing.used
    return (
        f"`{crossing.expression}` is a `{crossing.type_name}` that belongs to the thread of "
        f"`{brief(made.function)}` ({made.path}:{made.line}), and `{crossing.offloader}` takes it to "
        f"another: `{brief(used.function)}` uses it there ({used.path}:{used.line})"
    )


def _advise(crossing: Crossing) -> str:
    kind = short(crossing.type_name)
    return (
        f"Open the {kind} inside `{short(crossing.used.function)}` and close it there; pass the engine, the "
        f"session factory or plain values across, never the {kind} itself."
    )


RULE = Rule("LA301", "session-crosses-threads", __doc__ or "", frozenset({"thread"}), check)
