"""A loop is started where one is running already: `asyncio.run` under a coroutine.

What it finds
    `asyncio.run(...)`, `loop.run_until_complete(...)`, `asyncio.Runner().run(...)`, `anyio.run(...)`,
    `uvicorn.run(...)` and the like in a coroutine, or in sync code that a coroutine calls, at any depth.

Why it matters
    A thread runs one loop at a time. The call raises `RuntimeError: asyncio.run() cannot be called from a
    running event loop`, and the coroutine that was handed to it is never awaited. It works in a script and
    in a test of the helper alone, and fails in the service.

Bad
    def load(key: str) -> str:
        return asyncio.run(fetch(key))

    async def handler() -> str:
        return load("x")

Good
    async def handler() -> str:
        return await fetch("x")

    Or, where the sync function has to stay, call it where no loop runs:

    async def handler() -> str:
        return await asyncio.to_thread(load, "x")

What it leaves alone on purpose
    Functions handed to a thread; functions that ask first whether a loop is running
    (`asyncio.get_running_loop()`, `loop.is_running()`), or that call a function which asks, for they go
    another way then; a call whose RuntimeError is caught; projects that call `nest_asyncio.apply()`;
    `if __name__ == "__main__":`. With sync functions in between it is likely, not certain, and with more than
    two only possible (`--confidence possible`): what fails each time it runs would have been noticed.

How to silence
    # loopaudit: ignore[LA502] why it is fine here
    or `ignore = ["LA502"]` in [tool.loopaudit], or `per-file-ignores`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.findings import Finding
from loopaudit.rules.model import Rule
from loopaudit.rules.wording import brief, short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loopaudit.static.observations import NestedLoop, Observations


def check(rule: Rule, observations: Observations) -> Iterator[Finding]:
    """Every call on the loop that ends in a call that starts one."""
    for nested in observations.nested:
        at = nested.at
        yield Finding(
            rule=rule.code,
            kind="loop",
            severity="error",
            confidence=nested.confidence,
            path=at.path,
            line=at.line,
            column=at.column,
            end_line=at.end_line,
            function=at.function,
            message=_describe(nested),
            primitive=nested.starter,
            advice=_advise(nested),
            chain=nested.chain,
            roots=nested.roots,
            fingerprint="",
        )


def _describe(nested: NestedLoop) -> str:
    between = [f"`{brief(hop.function)}`" for hop in nested.chain[1:]]
    path = f"reaches it through {' -> '.join(between)}" if between else "calls it"
    return (
        f"`{nested.starter}` raises RuntimeError, for a loop is running here already: "
        f"`{brief(nested.at.function)}` {path}"
    )


def _advise(nested: NestedLoop) -> str:
    if len(nested.chain) == 1:
        return "Await the coroutine here; nothing has to be started."
    callee = short(nested.chain[0].calls)
    return (
        f"Await the coroutine that `{brief(nested.chain[-1].function)}` runs; or call it where no loop runs: "
        f"`await asyncio.to_thread({callee}, ...)`."
    )


RULE = Rule("LA502", "loop-in-loop", __doc__ or "", frozenset({"loop"}), check, reads="nested")
