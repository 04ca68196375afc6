"""Findings grouped by root cause: one blocking place, and all who suffer from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loopaudit.findings import SEVERITIES, Finding, Hop

if TYPE_CHECKING:
    from collections.abc import Iterable


BLOCKING = ("LA1", "LA2", "LA5")
"""The rules about the loop standing still; threads and time-outs have no place that others suffer from."""


@dataclass(frozen=True)
class Cause:
    """The call of a primitive, or into the library that calls it, with the findings that end there."""

    at: Hop
    primitive: str
    findings: tuple[Finding, ...]

    @property
    def coroutines(self) -> int:
        return len({(finding.path, finding.function) for finding in self.findings})

    @property
    def routes(self) -> int:
        return len({(r.method, r.route) for finding in self.findings for r in finding.roots if r.route})

    @property
    def severity(self) -> str:
        return min((finding.severity for finding in self.findings), key=SEVERITIES.index)


def group_by_cause(findings: Iterable[Finding]) -> list[Cause]:
    """The causes, those first whose cure helps most: by severity, then by who suffers."""
    groups: dict[tuple[str, int, int, str], list[Finding]] = {}
    for finding in findings:
        if finding.chain and finding.rule.startswith(BLOCKING):
            last = _place_to_mend(finding)
            groups.setdefault((last.path, last.line, last.column, finding.primitive), []).append(finding)
    causes = [Cause(_place_to_mend(group[0]), group[0].primitive, tuple(group)) for group in groups.values()]
    return sorted(causes, key=_order)


def _place_to_mend(finding: Finding) -> Hop:
    """The call of the primitive; where a library makes it, the call that leads into the library."""
    return next((hop for hop in reversed(finding.chain) if not hop.is_in_library), finding.chain[-1])


def _order(cause: Cause) -> tuple[int, int, int, str, int]:
    return (
        SEVERITIES.index(cause.severity),
        -cause.routes,
        -cause.coroutines,
        cause.at.path,
        cause.at.line,
    )
