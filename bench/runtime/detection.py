"""Which planted stalls are caught, and what is said about them: one server, one stall after the other."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from bench.runtime.plants import HEALTHY, PLANTED, Plant
from bench.runtime.processes import Server, serve

SETTLE_SECONDS = 0.6
Record = Mapping[str, object]


@dataclass(frozen=True)
class Outcome:
    """What was said about one plant."""

    plant: Plant
    seconds: float
    is_detected: bool
    has_line: bool = False
    has_route: bool = False
    cause: str = "-"
    duration_error: float | None = None
    place: str = "-"

    @property
    def has_cause(self) -> bool:
        """Whether the cause is right."""
        return self.cause in self.plant.causes


def measure_detection(variant: str, loop: str, plants: Sequence[Plant], evidence: Path) -> list[Outcome]:
    """Plant each stall in a fresh lull, and judge the record closest to it."""
    evidence.unlink(missing_ok=True)
    with serve("planted", variant, loop, BENCH_EVIDENCE=str(evidence)) as server:
        time.sleep(SETTLE_SECONDS)
        plant_and_judge(server, HEALTHY, evidence)
        return [plant_and_judge(server, plant, evidence) for plant in plants]


def plant_and_judge(server: Server, plant: Plant, evidence: Path) -> Outcome:
    """Ask for the stall, wait for its record, compare."""
    before = len(read_records(evidence))
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}{plant.path}", timeout=60) as response:
        seconds = float(json.load(response)["seconds"])
    time.sleep(SETTLE_SECONDS)
    return judge(plant, seconds, read_records(evidence)[before:])


def read_records(path: Path) -> list[Record]:
    """All whole lines of the evidence file."""
    if not path.exists():
        return []
    return [cast("Record", json.loads(line)) for line in path.read_text().splitlines() if line.endswith("}")]


def judge(plant: Plant, seconds: float, records: Sequence[Record]) -> Outcome:
    """Score the longest record that came of this plant."""
    if not records:
        return Outcome(plant, seconds, is_detected=False)
    record = max(records, key=lambda one: cast("float", one["duration_seconds"]))
    places = [place for place in (record["where"], hog_place(record)) if place is not None]
    duration = cast("float", record["duration_seconds"])
    return Outcome(
        plant,
        seconds,
        is_detected=True,
        has_line=plant is not HEALTHY
        and any(is_line(cast("Record", place), plant.line()) for place in places),
        has_route=record["route"] == plant.route,
        cause=str(record["cause"]),
        duration_error=abs(duration - seconds) / seconds if seconds > 0 else None,
        place=", ".join(f"{Path(str(p['path'])).name}:{p['line']}" for p in cast("list[Record]", places))
        or "-",
    )


def hog_place(record: Record) -> object:
    """The other thread's line, where a thread is blamed."""
    hog = cast("Record | None", record.get("thread_hog"))
    return hog["where"] if hog is not None else None


def is_line(place: Record, line: int) -> bool:
    """Whether a place is this line of the planted app."""
    return Path(str(place["path"])).name == PLANTED.name and place["line"] == line
