"""Findings grouped by root cause: one blocking place, all who suffer from it, where one change cures most."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from loopaudit.findings import SEVERITIES, Finding, Hop

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


BLOCKING = ("LA1", "LA2", "LA5")
"""The rules about the loop standing still; threads and time-outs have no place that others suffer from."""


@dataclass(frozen=True)
class Suffering:
    """Findings, and who suffers from them."""

    findings: tuple[Finding, ...]

    @property
    def coroutines(self) -> int:
        return len({(finding.path, finding.function) for finding in self.findings})

    @property
    def routes(self) -> tuple[str, ...]:
        """Every route by method and path, once."""
        roots = (root for finding in self.findings for root in finding.roots if root.route)
        return tuple(dict.fromkeys(f"{root.method} {root.route}".strip() for root in roots))

    @property
    def severity(self) -> str:
        return min((finding.severity for finding in self.findings), key=SEVERITIES.index)


@dataclass(frozen=True)
class Cause(Suffering):
    """The call of a primitive, or into the library that calls it, with the findings that end there."""

    at: Hop
    primitive: str


@dataclass(frozen=True)
class Cure(Suffering):
    """A function that all who suffer go through. findings: all that go through it, whatever blocks below.

    calls: the places that call it. is_called_on_loop: all of them are coroutines, which may hand it to a
    thread; else it has to become async itself.
    """

    function: str
    calls: tuple[tuple[str, int, int], ...]
    is_called_on_loop: bool


@dataclass(frozen=True)
class Start:
    """Where to start: blocking places with one cure, the worst first, or one place with none but its own."""

    causes: tuple[Cause, ...]
    cure: Cure | None

    @property
    def suffering(self) -> Suffering:
        """All that is well again after the cure."""
        return self.cure or self.causes[0]


def group_by_cause(findings: Iterable[Finding]) -> list[Cause]:
    """The causes, the worst first: by severity, then by who suffers."""
    groups: dict[tuple[str, int, int, str], list[Finding]] = {}
    for finding in findings:
        if finding.chain and finding.rule.startswith(BLOCKING):
            last = _place_to_mend(finding)
            groups.setdefault((last.path, last.line, last.column, finding.primitive), []).append(finding)
    causes = [Cause(tuple(group), _place_to_mend(group[0]), group[0].primitive) for group in groups.values()]
    return sorted(causes, key=_order)


def where_to_start(causes: Sequence[Cause]) -> list[Start]:
    """The causes with their cures, those that share one together; those first whose cure helps most."""
    passing = _by_function(finding for cause in causes for finding in cause.findings)
    shared: dict[object, list[Cause]] = {}
    for cause in causes:
        shared.setdefault(_curing_function(cause, passing) or cause.at, []).append(cause)
    starts = [
        Start(tuple(group), _cure(key, passing[key]) if isinstance(key, str) else None)
        for key, group in shared.items()
    ]
    return sorted(starts, key=lambda start: _rank(start.suffering, start.causes[0].at))


def _place_to_mend(finding: Finding) -> Hop:
    """The call of the primitive; where a library makes it, the call that leads into the library."""
    return next((hop for hop in reversed(finding.chain) if not hop.is_in_library), finding.chain[-1])


def _between(finding: Finding) -> tuple[str, ...]:
    """The project's functions between the coroutine and the primitive, the coroutine's own callee first."""
    return tuple(dict.fromkeys(hop.function for hop in finding.chain[1:] if not hop.is_in_library))


def _by_function(findings: Iterable[Finding]) -> Mapping[str, list[Finding]]:
    found: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        for function in _between(finding):
            found[function].append(finding)
    return found


def _curing_function(cause: Cause, passing: Mapping[str, list[Finding]]) -> str:
    """Of the functions that all findings of the cause go through the one that most others go through too,
    and of those the one nearest to the coroutines: there one change cures all of them. None: ""."""
    ways = [_between(finding) for finding in cause.findings]
    common = [function for function in ways[0] if all(function in way for way in ways)]
    return max(common, key=lambda function: len(passing[function]), default="")


def _cure(function: str, findings: Sequence[Finding]) -> Cure:
    calls: dict[tuple[str, int, int], bool] = {}
    for finding in findings:
        for depth, hop in enumerate(finding.chain[:-1]):
            if finding.chain[depth + 1].function == function and hop.function != function:
                calls[hop.path, hop.line, hop.column] = depth == 0
    return Cure(tuple(findings), function, tuple(calls), all(calls.values()))


def _order(cause: Cause) -> tuple[int, int, int, str, int]:
    return _rank(cause, cause.at)


def _rank(suffering: Suffering, at: Hop) -> tuple[int, int, int, str, int]:
    return (
        SEVERITIES.index(suffering.severity),
        -len(suffering.routes),
        -suffering.coroutines,
        at.path,
        at.line,
    )
