"""Every endpoint with its verdict: the whole audit at a glance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from loopaudit.findings import SEVERITIES, Endpoint, Finding
from loopaudit.report.canvas import SEVERITY_COLOURS, Canvas, count, dim, printable
from loopaudit.report.json import VERSION, encode
from loopaudit.rules.wording import brief

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from loopaudit.findings import Audit

VERDICTS = {"error": "blocks", "warning": "may block", "info": "brief", "": "clean"}
RUNS = {"loop": "loop", "pool": "thread pool", "process": "process"}
HEADINGS = ("METHOD", "ROUTE", "HANDLER", "RUNS ON", "VERDICT")


@dataclass(frozen=True)
class RouteLine:
    """An endpoint with the findings that reach it, the worst first."""

    endpoint: Endpoint
    findings: tuple[Finding, ...]

    @property
    def severity(self) -> str:
        return self.findings[0].severity if self.findings else ""

    @property
    def verdict(self) -> str:
        return VERDICTS[self.severity]


def judge_routes(audit: Audit) -> list[RouteLine]:
    """A line an endpoint, those that block first; suppressed findings do not count."""
    reached: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in audit.findings:
        for root in finding.roots if not finding.suppressed else ():
            reached.setdefault((root.method, root.route, root.function), []).append(finding)
    lines = [
        RouteLine(one, tuple(sorted(reached.get((one.method, one.route, one.function), ()), key=_badness)))
        for one in audit.endpoints
    ]
    return sorted(lines, key=_order)


def _badness(finding: Finding) -> tuple[int, int, str]:
    return (SEVERITIES.index(finding.severity), len(finding.chain), finding.primitive)


def _order(line: RouteLine) -> tuple[int, str, str]:
    rank = SEVERITIES.index(line.severity) if line.severity else len(SEVERITIES)
    return (rank, line.endpoint.route, line.endpoint.method)


def render_routes(lines: Sequence[RouteLine], canvas: Canvas) -> Iterator[str]:
    """A table, and under each route that blocks its worst chain."""
    if not lines:
        yield "No endpoint found. loopaudit knows those of FastAPI, Starlette and others in its catalogue."
        return
    rows = [_cells(line) for line in lines]
    widths = [max(len(row[at]) for row in [HEADINGS, *rows]) for at in range(len(HEADINGS))]
    if canvas.width is not None and sum(widths) + 2 * len(widths) > canvas.width:
        yield from _render_narrow(lines, canvas)
    else:
        yield dim("  ".join(name.ljust(width) for name, width in zip(HEADINGS, widths, strict=True)).rstrip())
        for line, row in zip(lines, rows, strict=True):
            plain = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
            yield "  ".join([*plain[:-1], _coloured(line, row[-1])])
            yield from _render_worst(line, canvas)
    blocking = sum(line.severity == "error" for line in lines)
    yield ""
    yield click.style(f"{count(len(lines), 'endpoint')}, {blocking} of them block the event loop.", bold=True)


def _cells(line: RouteLine) -> tuple[str, ...]:
    one = line.endpoint
    handler = f"{'async def' if one.is_async else 'def'} {one.function}"
    cells = (one.method or one.kind, one.route, handler, RUNS.get(one.runs, one.runs), line.verdict)
    return tuple(printable(cell) for cell in cells)


def _render_narrow(lines: Sequence[RouteLine], canvas: Canvas) -> Iterator[str]:
    """Two lines an endpoint where the table does not fit."""
    for line in lines:
        method, route, handler, runs, verdict = _cells(line)
        yield f"{click.style(f'{method} {route}', bold=True)}  {_coloured(line, verdict)}"
        yield f"  {handler}  {dim(f'({runs})')}"
        yield from _render_worst(line, canvas)


def _render_worst(line: RouteLine, canvas: Canvas) -> Iterator[str]:
    if not line.findings:
        return
    worst = line.findings[0]
    between = [brief(name) for name in (worst.function, *(hop.calls for hop in worst.chain[:-1]))]
    text = canvas.arrow.join([*between, worst.primitive]) + f"  {worst.path}:{worst.line}"
    yield from (dim(part) for part in canvas.wrap(printable(text), first="    ", rest="      "))


def _coloured(line: RouteLine, verdict: str) -> str:
    colour = SEVERITY_COLOURS[line.severity] if line.severity else "green"
    return click.style(verdict, fg=colour, bold=line.severity == "error")


def render_routes_json(lines: Sequence[RouteLine]) -> str:
    """One object: `version`, `routes`; a route names its findings by fingerprint, worst first."""
    return encode({"version": VERSION, "routes": [_as_object(line) for line in lines]})


def _as_object(line: RouteLine) -> dict[str, object]:
    one = line.endpoint
    return {
        "kind": one.kind,
        "method": one.method,
        "route": one.route,
        "function": one.function,
        "path": one.path,
        "line": one.line,
        "is_async": one.is_async,
        "runs": one.runs,
        "verdict": line.verdict,
        "worst_chain": line.findings[0].chain if line.findings else [],
        "findings": [finding.fingerprint for finding in line.findings],
    }
