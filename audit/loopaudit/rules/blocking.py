"""What the rules about blocking calls share: from one `BlockedCall` to one finding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.findings import Finding
from loopaudit.rules.model import Rule
from loopaudit.rules.severity import weigh
from loopaudit.rules.wording import advise, describe_blocking

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loopaudit.static.observations import BlockedCall, Observations


def blocking_rule(code: str, name: str, page: str | None, *kinds: str) -> Rule:
    """A rule that reports every blocking call whose primitive is of one of `kinds`."""
    return Rule(code, name, page or "", frozenset(kinds), check_blocking)


def check_blocking(rule: Rule, observations: Observations) -> Iterator[Finding]:
    """Blocking calls of the rule's kinds, except those that stand inside an offloader's arguments (LA501)."""
    for call in observations.blocked:
        if call.primitive.kind in rule.kinds and not call.offloaded_too_late:
            yield report_blocking(rule, call)


def report_blocking(rule: Rule, call: BlockedCall) -> Finding:
    """The finding of one blocking call."""
    return Finding(
        rule=rule.code,
        kind=call.primitive.kind,
        severity=weigh(call),
        confidence=call.confidence,
        path=call.at.path,
        line=call.at.line,
        column=call.at.column,
        end_line=call.at.end_line,
        function=call.at.function,
        message=describe_blocking(call),
        primitive=call.primitive.name,
        advice=advise(call),
        chain=call.chain,
        roots=call.roots,
        fingerprint="",
    )
