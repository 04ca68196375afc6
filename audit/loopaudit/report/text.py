"""The report people read: each finding with its source, chain, routes and cure, then where to start."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import click

from loopaudit.findings import SEVERITIES
from loopaudit.report.canvas import (
    SEVERITY_COLOURS,
    Canvas,
    count,
    dim,
    highlight_code,
    keep_together,
    printable,
)
from loopaudit.report.causes import group_by_cause
from loopaudit.report.excerpt import Sources, draw_excerpt
from loopaudit.report.starting import render_starts
from loopaudit.rules.wording import brief

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from loopaudit.findings import Audit, Finding, Root

MOST_ROUTES = 6


def render_text(
    audit: Audit, directory: Path, canvas: Canvas, *, show_suppressed: bool = False
) -> Iterator[str]:
    """The lines of the report, coloured; `directory` is what the findings' paths are relative to."""
    findings = [finding for finding in audit.findings if show_suppressed or not finding.suppressed]
    sources = Sources(directory)
    for finding in findings:
        yield from _render_finding(finding, sources, canvas)
        yield ""
    for broken in audit.unparsed:
        where = click.style(printable(broken.path), bold=True)
        yield f"{where}: {click.style('not audited', fg='yellow')}: {printable(broken.message)}"
    if audit.unparsed:
        yield ""
    yield from _render_unresolved(audit)
    causes = group_by_cause(findings)
    if len(findings) > 1 and causes:
        yield from render_starts(causes, canvas)
    yield from _render_summary(audit, findings, canvas)


def _render_finding(finding: Finding, sources: Sources, canvas: Canvas) -> Iterator[str]:
    yield from _render_message(finding, canvas)
    yield from draw_excerpt(finding, sources, canvas)
    if len(finding.chain) > 1:
        yield from _render_chain(finding, canvas)
    reached = _describe_roots(finding.roots)
    if reached:
        yield from _render_labelled("reached from", reached, canvas)
    if finding.advice:
        yield from _render_labelled("instead", printable(finding.advice), canvas)


def _render_message(finding: Finding, canvas: Canvas) -> list[str]:
    place = printable(f"{finding.path}:{finding.line}:{finding.column}:")
    notes = "" if finding.confidence == "certain" else f" ({finding.confidence})"
    notes += " (suppressed)" if finding.suppressed else ""
    badge = f"{finding.rule} {finding.severity}{notes}:"
    lines = canvas.wrap(f"{place} {badge} {printable(finding.message)}", rest="    ")
    colour = SEVERITY_COLOURS[finding.severity]
    text = "\n".join(highlight_code(lines))
    text = text.replace(place, click.style(place, bold=True), 1)
    return text.replace(badge, click.style(badge, fg=colour, bold=True), 1).split("\n")


def _render_chain(finding: Finding, canvas: Canvas) -> Iterator[str]:
    """The calls as a tree, places in a column; where it is narrow short names, or two lines a call."""
    places = [printable(f"{hop.path}:{hop.line}:{hop.column}") for hop in finding.chain]
    full = _name_calls(finding, canvas, is_brief=False)
    calls = full if _fits(full, places, canvas) else _name_calls(finding, canvas, is_brief=True)
    widest = max(len(indent + name) for indent, name in calls) + 2
    is_table = _fits(calls, places, canvas)
    first = finding.chain[0].function
    yield f"  {printable(first if calls is full else brief(first))}"
    for depth, ((indent, name), place) in enumerate(zip(calls, places, strict=True), start=1):
        is_last = depth == len(places)
        shown = click.style(name, fg=SEVERITY_COLOURS[finding.severity]) if is_last else name
        if is_table:
            yield f"{dim(indent)}{shown}{' ' * (widest - len(indent + name))}{dim(place)}"
        else:
            yield f"{dim(indent)}{shown}"
            yield f"{' ' * len(indent)}{dim(place)}"


def _name_calls(finding: Finding, canvas: Canvas, *, is_brief: bool) -> list[tuple[str, str]]:
    """Indentation and name of each call; the primitive keeps its full name."""
    names = [brief(hop.calls) if is_brief else hop.calls for hop in finding.chain[:-1]]
    names.append(finding.chain[-1].calls)
    return [(f"  {'   ' * depth}{canvas.elbow}", printable(name)) for depth, name in enumerate(names)]


def _fits(calls: Sequence[tuple[str, str]], places: Sequence[str], canvas: Canvas) -> bool:
    widest = max(len(indent + name) for indent, name in calls) + 2
    return canvas.width is None or widest + max(map(len, places)) <= canvas.width


def _describe_roots(roots: Sequence[Root]) -> str:
    """Endpoints by method and route, all else by kind and function; the first few of many."""
    names = list(dict.fromkeys(keep_together(printable(_name_root(root))) for root in roots))
    more = f" and {len(names) - MOST_ROUTES} more" if len(names) > MOST_ROUTES else ""
    return ", ".join(names[:MOST_ROUTES]) + more


def _name_root(root: Root) -> str:
    return f"{root.method} {root.route}".strip() if root.route else f"{root.kind} {root.function}"


def _render_labelled(label: str, text: str, canvas: Canvas) -> Iterator[str]:
    first = f"  {label}: "
    lines = highlight_code(canvas.wrap(text, first=first, rest="    "))
    yield lines[0].replace(first, dim(first), 1)
    yield from lines[1:]


def _render_unresolved(audit: Audit) -> Iterator[str]:
    if audit.unresolved:
        yield dim("Calls on the loop whose target is not known:")
    for call in audit.unresolved:
        place = f"{call.path}:{call.line}:{call.column}"
        yield printable(f"  {place}: {call.text} in {call.function}: {call.reason}")
    if audit.unresolved:
        yield ""


def _render_summary(audit: Audit, findings: Sequence[Finding], canvas: Canvas) -> Iterator[str]:
    if audit.stats.files == 0:
        yield "No Python file here: nothing was audited. Name the folder: `loopaudit check src`."
        return
    if not findings:
        clean = "Nothing blocks the event loop" + (" in what could be read." if audit.unparsed else ".")
        yield f"{click.style(clean, fg='green', bold=True)} {dim(_describe_size(audit))}"
        return
    severities = Counter(finding.severity for finding in findings)
    parts = [
        click.style(count(severities[name], name, name if name == "info" else ""), fg=SEVERITY_COLOURS[name])
        for name in SEVERITIES
        if severities[name]
    ]
    total = click.style(count(len(findings), "finding"), bold=True)
    summary, size = f"{total}: {', '.join(parts)}", _describe_size(audit)
    if canvas.width is None or len(click.unstyle(summary)) + len(size) + 3 <= canvas.width:
        yield f"{summary} {dim(f'({size})')}"
    else:
        yield from (summary, dim(size))
    code = findings[0].rule
    hint = f"`loopaudit explain {code}` says why; `# loopaudit: ignore[{code}] reason` silences a line."
    yield from (dim(line) for line in canvas.wrap(hint))


def _describe_size(audit: Audit) -> str:
    parts = [count(audit.stats.files, "file"), count(audit.stats.lines, "line")]
    if audit.endpoints:
        parts.append(count(len(audit.endpoints), "endpoint"))
    suppressed = sum(finding.suppressed for finding in audit.findings)
    if suppressed:
        parts.append(f"{suppressed} suppressed")
    return ", ".join([*parts, f"{audit.stats.seconds:.1f} s"])
