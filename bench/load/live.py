"""What the diagnostics saw while the load was on: stalls from the evidence file, the lag from `/metrics`."""

from __future__ import annotations

import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from pathlib import Path


class SeenAt(msgspec.Struct, frozen=True):
    """A line of code."""

    path: str
    line: int
    function: str


class StallRecord(msgspec.Struct, frozen=True):
    """A line of the evidence file, as far as we read it."""

    duration_seconds: float
    cause: str
    where: SeenAt | None = None
    primitive: str | None = None
    method: str | None = None
    route: str | None = None
    lag_seconds: float = 0.0
    is_over: bool = True


@dataclass(frozen=True)
class Diagnosis:
    """stalls: longest first. lag_max_seconds: the longest any callback waited, seen by timer or by stall."""

    stalls: tuple[StallRecord, ...]
    lag_max_seconds: float


def read_stalls(evidence: Path) -> tuple[StallRecord, ...]:
    """The finished stalls of an evidence file, the longest first; none when nothing was written."""
    if not evidence.exists():
        return ()
    lines = evidence.read_bytes().splitlines()
    records = [msgspec.json.decode(line, type=StallRecord) for line in lines if line]
    finished = [record for record in records if record.is_over]
    return tuple(sorted(finished, key=lambda record: -record.duration_seconds))


def read_metric(metrics: str, name: str) -> float:
    """The largest sample of a metric in Prometheus text. Raises LookupError when there is none."""
    samples = [
        float(line.rsplit(" ", 1)[1])
        for line in metrics.splitlines()
        if line.startswith((name + " ", name + "{"))
    ]
    if not samples:
        raise LookupError(f"/metrics holds no {name}")
    return max(samples)


def fetch_metrics(port: int) -> str:
    """What the side thread serves; it answers while the loop is blocked."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        text: str = answer.read().decode()
        return text
