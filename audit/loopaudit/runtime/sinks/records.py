"""The stall record of the evidence file: design.md section 7. Other tools read it; it changes only with
its version.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from loopaudit.runtime.events import Place, Stall

VERSION = 1


class PlaceRecord(TypedDict):
    """A line of code."""

    path: str
    line: int
    function: str


class HogRecord(TypedDict):
    """The thread that kept the interpreter."""

    name: str
    where: PlaceRecord | None
    cpu_seconds: float | None


class StallRecord(TypedDict):
    """One line of the file. `shares` is an addition to the contract: the fractions behind the cause."""

    version: int
    time: float
    duration_seconds: float
    cause: str
    holds: str | None
    waiting_in: str | None
    where: PlaceRecord | None
    primitive: str | None
    stack: list[PlaceRecord]
    task: str | None
    method: str | None
    route: str | None
    thread_hog: HogRecord | None
    process: int
    worker: str
    lag_seconds: float
    shares: dict[str, float | None]


def make_record(stall: Stall, process: int, worker: str) -> StallRecord:
    """The stall as the contract spells it. `task` is the coroutine's qualified name: task names are mere
    numbers.
    """
    hog = stall.thread_hog
    shares = stall.shares
    return {
        "version": VERSION,
        "time": stall.time,
        "duration_seconds": round(stall.duration_seconds, 6),
        "cause": stall.cause,
        "holds": stall.holds,
        "waiting_in": stall.waiting_in,
        "where": _place(stall.where),
        "primitive": stall.primitive,
        "stack": [_known_place(place) for place in stall.stack],
        "task": stall.whose.coroutine or stall.whose.task,
        "method": stall.whose.method,
        "route": stall.whose.route,
        "thread_hog": {"name": hog.name, "where": _place(hog.where), "cpu_seconds": hog.cpu_seconds}
        if hog
        else None,
        "process": process,
        "worker": worker,
        "lag_seconds": round(stall.lag_seconds, 6),
        "shares": {
            "on_cpu": shares.on_cpu,
            "waiting": shares.waiting,
            "gil": shares.gil,
            "gc": shares.gc,
            "run_queue": shares.run_queue,
        },
    }


def encode_record(record: StallRecord) -> bytes:
    """One line of JSON with its end."""
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"


def _place(place: Place | None) -> PlaceRecord | None:
    return _known_place(place) if place is not None else None


def _known_place(place: Place) -> PlaceRecord:
    return {"path": place.path, "line": place.line, "function": place.function}
