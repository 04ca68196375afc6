"""Planted stalls in a real uvicorn and FastAPI app, on both loops: found, with line, route and cause."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bench.runtime.detection import measure_detection
from bench.runtime.plants import PLANTS, Plant

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.timeout(180)]

NAMED = (
    *("sleep", "sleep_deep", "sha256", "json_dumps", "sqlite_lock", "subprocess", "regex"),
    *("future_result", "lock_acquire", "http", "write_fsync"),
)
WANTED = [plant for plant in PLANTS if plant.name in NAMED]


@pytest.mark.parametrize("loop", ["asyncio", "uvloop"])
def test_each_stall_is_found_with_its_line_route_and_cause(loop: str, tmp_path: Path) -> None:
    outcomes = measure_detection("loopaudit", loop, WANTED, tmp_path / "stalls.jsonl")
    wrong = [
        outcome
        for outcome in outcomes
        if not (
            outcome.is_detected
            and outcome.has_line
            and outcome.has_route
            and is_right(outcome.plant, outcome.cause)
        )
    ]
    assert not wrong, "\n".join(map(str, wrong))


def is_right(plant: Plant, cause: str) -> bool:
    """The cause, or the machine's where these tests run on a crowded one: that is then the truth, too."""
    return cause in plant.causes or (cause == "machine" and "cpu" in plant.causes)


@pytest.mark.parametrize("loop", ["asyncio", "uvloop"])
def test_how_long_it_lasted_is_told_to_a_tenth(loop: str, tmp_path: Path) -> None:
    plants = [plant for plant in PLANTS if plant.name in ("sleep", "lock_acquire", "future_result")]
    outcomes = measure_detection("loopaudit", loop, plants, tmp_path / "stalls.jsonl")
    errors = sorted(o.duration_error for o in outcomes if o.duration_error is not None)
    assert errors[len(errors) // 2] < 0.1, outcomes
