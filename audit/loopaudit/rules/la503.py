"""An `async def` endpoint never awaits, and blocks: it should be `def`.

What it finds
    An endpoint declared `async def` that has no `await` in it and makes a blocking call.

Why it matters
    FastAPI and Starlette run `def` endpoints in a thread pool, where blocking harms nobody else. `async`
    alone is what moves this one onto the loop.

Bad
    @app.get("/report")
    async def report() -> str:
        return Path("report.txt").read_text()

Good
    @app.get("/report")
    def report() -> str:
        return Path("report.txt").read_text()

What it leaves alone on purpose
    Endpoints that await anything. It is off by default: the finding of the blocking call itself says the
    same in its advice. Switch it on to find every endpoint that one deleted word cures.

How to silence
    # loopaudit: ignore[LA503] why it is fine here
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from loopaudit.rules.blocking import report_blocking
from loopaudit.rules.model import Rule
from loopaudit.rules.wording import brief, short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loopaudit.findings import Finding
    from loopaudit.static.observations import Observations


def check(rule: Rule, observations: Observations) -> Iterator[Finding]:
    """One finding an endpoint, at its first blocking call."""
    first = {call.at.function: call for call in reversed(observations.blocked) if call.awaited_never}
    for function, call in first.items():
        yield msgspec.structs.replace(
            report_blocking(rule, call),
            severity="warning",
            message=f"`{brief(function)}` never awaits and blocks in `{call.primitive.name}`: "
            "only the word `async` puts it on the loop",
            advice=f"Write `def {short(function)}(...)` without `async`: "
            "the framework then runs it in its thread pool.",
        )


RULE = Rule("LA503", "async-without-await", __doc__ or "", frozenset(), check, default_on=False)
