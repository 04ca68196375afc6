"""The figures as a table, each beside its goal."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.demo.telling import format_seconds
from bench.load.report import find_max, find_quantile

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bench.docstore.bulk import Bulk
    from bench.load.experiment import Measured

COLUMNS = ("as reported", "aiofiles", "docstore")
FORMS = {
    "multipart": ("as reported", "UploadFile + aiofiles", "docstore, multipart"),
    "raw": ("", "", "docstore, raw"),
}
GOALS = {"raw": "0.40", "multipart": "0.34"}


@dataclass(frozen=True)
class Row:
    """One figure on all services, and what the docstore is to reach."""

    name: str
    cells: tuple[str, ...]
    goal: str


def list_latencies(measured: Sequence[Measured]) -> tuple[Row, ...]:
    """What clients and the loop saw while a collection was processed."""
    healths = [each.load.health.latencies_seconds for each in measured]

    def row(name: str, values: Sequence[float], goal: str) -> Row:
        return Row(name, tuple(map(format_seconds, values)), goal)

    return (
        row("/health p99", [find_quantile(health, 0.99) for health in healths], "15 ms"),
        row("/health max", [find_max(health) for health in healths], "100 ms"),
        row("slowest upload", [find_max(each.load.upload_seconds) for each in measured], "250 ms"),
        row("loop lag max", [each.diagnosis.lag_max_seconds for each in measured], "75 ms"),
        row("collection done in", [each.load.processing_seconds for each in measured], ""),
    )


def list_bulks(bulks: Mapping[str, Sequence[Bulk]]) -> tuple[Row, ...]:
    """The large upload: the best of the rounds, against nginx where it was run; of memory the worst."""
    nginx = find_best(bulks.get("nginx, PUT", ()))
    rows = []
    for form, names in FORMS.items():
        sent = [bulks.get(name, ()) for name in names]
        speeds = [find_best(each) for each in sent]
        growths = [find_growth(each) / 1e6 for each in sent]
        rows.append(Row(f"{form}, MB/s", show_all(speeds, "{:.0f}"), ""))
        if not math.isnan(nginx):
            rows.append(
                Row(f"{form}, of nginx", show_all([each / nginx for each in speeds], "{:.2f}"), GOALS[form])
            )
        rows.append(Row(f"{form}, memory", show_all(growths, "+{:.0f} MB"), "+8 MB"))
    return tuple(rows)


def find_growth(bulks: Sequence[Bulk]) -> float:
    """The largest growth; not a number when there was no round."""
    return max((float(bulk.growth_bytes) for bulk in bulks), default=math.nan)


def show_all(values: Sequence[float], form: str) -> tuple[str, ...]:
    """A row's cells."""
    return tuple(show(value, form) for value in values)


def find_best(bulks: Sequence[Bulk]) -> float:
    """The fastest round; not a number when there was none."""
    return max((bulk.megabytes_per_second for bulk in bulks), default=math.nan)


def show(value: float, form: str) -> str:
    """A number, or nothing where there is none."""
    return "" if math.isnan(value) else form.format(value)


def format_table(heading: str, rows: Sequence[Row]) -> str:
    """Lines of at most 80 columns."""
    first = format_line(heading, COLUMNS, "goal")
    return "\n".join((first, "-" * len(first), *(format_line(row.name, row.cells, row.goal) for row in rows)))


def format_line(name: str, cells: Sequence[str], goal: str) -> str:
    """A row, in columns."""
    return (f"{name:<22}" + "".join(f"{cell:>13}" for cell in cells) + f"{goal:>10}").rstrip()
