"""A network or database call may wait without end: it has no timeout.

What it finds
    Calls of libraries whose default is to wait for ever (`requests`, `urllib.request.urlopen`, sockets,
    `smtplib`, the `connect` of a database driver) without their timeout argument, on the loop or in a thread.

Why it matters
    A peer that accepts the connection and then says nothing holds the caller for ever: on the loop the
    whole worker, in a thread one slot of a pool that has forty. The program that reported this hung without
    a word.

Bad
    requests.get(url)

Good
    requests.get(url, timeout=(30, 300))      # connect, read

What it leaves alone on purpose
    Libraries with a default (httpx waits 5 seconds); calls whose keywords come from elsewhere
    (`**options`); `timeout=None`, which somebody wrote down on purpose (LA402); an address of a database that
    may hold the timeout itself (`connect(dsn)`); and queries: how long one may take is for the server
    (`statement_timeout`) or the connection to say, not for each call.

How to silence
    # loopaudit: ignore[LA401] why it is fine here
    or `ignore = ["LA401"]` in [tool.loopaudit], or `per-file-ignores`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.findings import Finding, Hop
from loopaudit.rules.model import Rule
from loopaudit.rules.wording import brief

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loopaudit.static.observations import EndlessWait, Observations


def check(rule: Rule, observations: Observations) -> Iterator[Finding]:
    """Every call that has no bound on its wait, wherever it runs."""
    for wait in observations.endless:
        yield _report(rule, wait)


def _report(rule: Rule, wait: EndlessWait) -> Finding:
    at, primitive = wait.at, wait.primitive
    return Finding(
        rule=rule.code,
        kind=primitive.kind,
        severity="warning",
        confidence=wait.confidence,
        path=at.path,
        line=at.line,
        column=at.column,
        end_line=at.end_line,
        function=at.function,
        message=f"`{primitive.name}` has no timeout: `{brief(at.function)}` may wait for ever",
        primitive=primitive.name,
        advice=f"Say how long it may take: `{primitive.timeout}=...` (seconds), and what happens then.",
        chain=(Hop(at.path, at.line, at.column, at.function, primitive.name),),
        roots=wait.roots,
        fingerprint="",
    )


RULE = Rule("LA401", "no-timeout", __doc__ or "", frozenset({"network", "database"}), check)
