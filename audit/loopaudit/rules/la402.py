"""A network or database call was told to wait for ever: `timeout=None`.

What it finds
    A call, or the client that all calls go through, whose timeout is None in so many words:
    `requests.get(url, timeout=None)`, `httpx.AsyncClient(timeout=None)`, `httpx.Timeout(None)`,
    `aiohttp.ClientTimeout(total=None)`, `create_engine(url, pool_timeout=None)`.

Why it matters
    It takes away the bound that the library had set. A peer that accepts the connection and then says
    nothing holds the caller for ever: in a thread one slot of the pool, in a coroutine the request, its
    memory and its database connection. Nothing is logged, for nothing fails.

Bad
    client = httpx.AsyncClient(timeout=None)

Good
    client = httpx.AsyncClient(timeout=httpx.Timeout(10, read=300))   # a long answer may take five minutes

What it leaves alone on purpose
    A timeout that comes from a variable or a setting; streams and websockets, which may be silent for long
    (`client.stream(...)`); timeouts that bound at least one step (`httpx.Timeout(None, connect=5)`,
    `aiohttp.ClientTimeout(total=None, sock_read=60)`); calls that leave the argument out (LA401).

How to silence
    # loopaudit: ignore[LA402] why it is fine here
    or `ignore = ["LA402"]` in [tool.loopaudit], or `per-file-ignores`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.findings import Finding, Hop
from loopaudit.rules.model import Rule
from loopaudit.rules.wording import brief, short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loopaudit.static.observations import DisabledTimeout, Observations


def check(rule: Rule, observations: Observations) -> Iterator[Finding]:
    """Every call that takes its own bound away, wherever it runs."""
    for disabled in observations.disabled:
        at = disabled.at
        yield Finding(
            rule=rule.code,
            kind="network",
            severity="warning",
            confidence=disabled.confidence,
            path=at.path,
            line=at.line,
            column=at.column,
            end_line=at.end_line,
            function=at.function,
            message=_describe(disabled),
            primitive=disabled.name,
            advice=_advise(disabled),
            chain=(Hop(at.path, at.line, at.column, at.function, disabled.name),),
            roots=disabled.roots,
            fingerprint="",
        )


def _describe(disabled: DisabledTimeout) -> str:
    where = brief(disabled.at.function)
    said = "None" if disabled.argument.isdigit() else f"{disabled.argument}=None"
    return f"`{short(disabled.name)}({said})` in `{where}` may wait for ever. {disabled.why}".rstrip()


def _advise(disabled: DisabledTimeout) -> str:
    argument = "seconds" if disabled.argument.isdigit() else f"{disabled.argument}=..."
    return f"Say how long it may take at most, however long that is: `{short(disabled.name)}({argument})`."


RULE = Rule(
    "LA402",
    "timeout-none",
    __doc__ or "",
    frozenset({"network", "database"}),
    check,
    reads="disabled",
)
