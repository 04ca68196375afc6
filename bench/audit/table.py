"""The table: one row a tool and situation."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.audit.measure import Summary
    from bench.audit.package import Package

HEADER = ("tool", "situation", "wall s", "CPU s", "lines/s", "peak MB", "printed", "runs")


@dataclass(frozen=True)
class Row:
    """The figures of one tool in one situation; without figures, `situation` says why there are none."""

    tool: str
    situation: str
    summary: Summary | None


def render(package: Package, rows: list[Row]) -> str:
    """The table as text, with what was read and on what."""
    cells = [HEADER, *(format_row(row, package.lines) for row in rows if row.summary)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEADER))]
    lines = [
        f"{package.requirement}: {package.files} files, {package.lines:,} lines; "
        f"{os.cpu_count()} cores, Python {platform.python_version()}; medians; peak is the largest process",
        "",
    ]
    for line in cells:
        left = [cell.ljust(width) for cell, width in zip(line[:2], widths[:2], strict=True)]
        right = [cell.rjust(width) for cell, width in zip(line[2:], widths[2:], strict=True)]
        lines.append("  ".join([*left, *right]))
    lines += [f"{row.tool}: {row.situation}" for row in rows if row.summary is None]
    return "\n".join(lines)


def format_row(row: Row, package_lines: int) -> tuple[str, ...]:
    """One row's cells."""
    cost = row.summary
    assert cost is not None
    return (
        row.tool,
        row.situation,
        f"{cost.wall_seconds:.2f}",
        f"{cost.cpu_seconds:.2f}",
        f"{package_lines / cost.wall_seconds:,.0f}",
        f"{cost.peak_bytes / 1e6:.0f}",
        str(cost.lines_printed),
        str(cost.runs),
    )
