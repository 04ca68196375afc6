"""The end of the report for people: which blocking places to mend first, who suffers, and what cures them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from loopaudit.report.canvas import (
    SEVERITY_COLOURS,
    Canvas,
    count,
    dim,
    highlight_code,
    keep_together,
    printable,
)
from loopaudit.report.causes import where_to_start
from loopaudit.rules.wording import brief, short

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from loopaudit.report.causes import Cause, Cure, Start, Suffering

MOST_STARTS = 5
MOST_SUFFERING = 3
"""Routes or coroutines named before the rest is counted."""


def render_starts(causes: Sequence[Cause], canvas: Canvas) -> Iterator[str]:
    """The causes whose cure helps most, each in two or three lines."""
    suffering = len({(f.path, f.function) for cause in causes for f in cause.findings})
    one = "coroutine suffers" if suffering == 1 else "coroutines suffer"
    places = count(len(causes), "blocking place")
    yield click.style(f"{places}, {suffering:,} {one}; start with", bold=True)
    starts = where_to_start(causes)
    rows = [_cells(start) for start in starts[:MOST_STARTS]]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    is_table = canvas.width is None or sum(widths) + 2 * len(widths) <= canvas.width
    for start, (place, name, who) in zip(starts, rows, strict=False):
        shown = click.style(name, fg=SEVERITY_COLOURS[start.causes[0].severity])
        if is_table:
            yield f"  {place.ljust(widths[0])}  {shown}{' ' * (widths[1] - len(name))}  {dim(who)}"
        else:
            yield f"  {place}"
            yield f"    {shown}  {dim(who)}"
        yield from _explain(start, canvas)
    if len(starts) > MOST_STARTS:
        yield dim(f"  and {len(starts) - MOST_STARTS:,} more")
    yield ""


def _cells(start: Start) -> tuple[str, str, str]:
    cause = start.causes[0]
    who = count(start.suffering.coroutines, "coroutine")
    routes = len(start.suffering.routes)
    who += f", {count(routes, 'route')}" if routes else ""
    place = f"{cause.at.path}:{cause.at.line}:{cause.at.column}"
    return printable(place), printable(cause.primitive), who


def _explain(start: Start, canvas: Canvas) -> Iterator[str]:
    """Who suffers, if more than one, and what cures more than one finding at once."""
    suffering = start.suffering
    if suffering.coroutines > 1 or len(suffering.routes) > 1:
        yield from _labelled("hit", _name_suffering(suffering), canvas)
    if start.cure is not None and len(suffering.findings) > 1:
        yield from _labelled("cure", _describe_cure(start, start.cure), canvas)


def _labelled(label: str, text: str, canvas: Canvas) -> Iterator[str]:
    first = f"    {label}: "
    lines = highlight_code(canvas.wrap(text, first=first, rest="      "))
    yield lines[0].replace(first, dim(first), 1)
    yield from lines[1:]


def _name_suffering(suffering: Suffering) -> str:
    """The first routes, else the first coroutines, and how many more there are."""
    coroutines = dict.fromkeys(brief(finding.function) for finding in suffering.findings)
    names = suffering.routes or tuple(coroutines)
    more = len(names) - MOST_SUFFERING
    shown = ", ".join(keep_together(printable(name)) for name in names[:MOST_SUFFERING])
    return f"{shown} and {more:,} more" if more > 0 else shown


def _describe_cure(start: Start, cure: Cure) -> str:
    name = printable(brief(cure.function))
    if short(cure.function).startswith("__"):
        change = f"a method that is awaited in place of `{name}`"
    elif cure.is_called_on_loop:
        where = f"in {len(cure.calls):,} places" if len(cure.calls) > 1 else "where it is called"
        change = f"`await asyncio.to_thread({short(name)}, ...)` {where}"
    else:
        change = f"an async `{name}`, awaited all the way up,"
    freed = f"all {cure.coroutines:,}" if cure.coroutines > 1 else "it"
    places = f" from {len(start.causes):,} blocking places" if len(start.causes) > 1 else ""
    return f"{change} frees {freed}{places}"
