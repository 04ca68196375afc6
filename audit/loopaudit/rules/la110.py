"""A logging handler writes to disk or network, in the thread that logs: on the loop.

What it finds
    A handler that the project attaches (`logger.addHandler`, `logging.basicConfig`, `dictConfig`, loguru's
    `logger.add`) and that writes a file, sends a mail or makes a request for each record; also a handler of
    the project's own, if its `emit` does.

Why it matters
    A handler runs where the record is made. `logger.info(...)` in a coroutine looks like nothing, and waits
    for the disk, or for a log server that has gone away, with the whole event loop. It blocks most when most
    is logged, which is when something is wrong already.

Bad
    logging.getLogger().addHandler(HTTPHandler("logs.example", "/in"))

Good
    records = queue.SimpleQueue()
    logging.getLogger().addHandler(QueueHandler(records))
    listener = QueueListener(records, HTTPHandler("logs.example", "/in"))   # runs it in a thread of its own
    listener.start()

    With loguru: `logger.add("app.log", enqueue=True)`.

What it leaves alone on purpose
    Handlers that write to the console; handlers that a QueueListener owns, and projects that have one;
    projects without a coroutine. It is off by default: a log file on a local disk is fast enough for most.
    Ask for it (`--select LA110`) where latency counts or where records travel.

How to silence
    # loopaudit: ignore[LA110] why it is fine here
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.findings import Finding, Hop
from loopaudit.rules.model import Rule
from loopaudit.rules.severity import BY_COST
from loopaudit.rules.wording import brief

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loopaudit.static.observations import AttachedHandler, Observations


def check(rule: Rule, observations: Observations) -> Iterator[Finding]:
    """Every attached handler that writes to disk or network."""
    for handler in observations.handlers:
        at = handler.at
        calls = handler.chain[0].function if handler.chain else handler.name
        yield Finding(
            rule=rule.code,
            kind="logging",
            severity=BY_COST[handler.cost],
            confidence=handler.confidence,
            path=at.path,
            line=at.line,
            column=at.column,
            end_line=at.end_line,
            function=at.function,
            message=_describe(handler),
            primitive=handler.name,
            advice=ADVICE,
            chain=(Hop(at.path, at.line, at.column, at.function, calls), *handler.chain),
            roots=(),
            fingerprint="",
        )


ADVICE = (
    "Attach a `logging.handlers.QueueHandler` instead, and give this handler to a `QueueListener`, "
    "which runs it in a thread of its own."
)


def _describe(handler: AttachedHandler) -> str:
    between = [f"`{brief(hop.function)}`" for hop in handler.chain]
    path = f", through {' -> '.join(between)}," if between else ""
    return f"`{handler.name}` runs{path} where a record is made, on the event loop too. {handler.why}"


RULE = Rule(
    "LA110",
    "logging-on-loop",
    __doc__ or "",
    frozenset({"logging"}),
    check,
    default_on=False,
    reads="handlers",
)
