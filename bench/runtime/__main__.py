"""`python -m bench.runtime [--quick]`: the tables. `--quick` plants each stall once and measures few
rounds.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from pathlib import Path

from bench.runtime.detection import Outcome, measure_detection
from bench.runtime.overhead import measure_overhead
from bench.runtime.plants import PLANTS
from bench.runtime.watchers import WATCHERS

LOOPS = ("asyncio", "uvloop")
WATCHING = tuple(name for name in WATCHERS if name != "plain")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m bench.runtime", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    parser.add_argument("--only", choices=["detection", "overhead"], help="one of the tables")
    parser.add_argument("--plants", default="", help="names of plants, with commas")
    options = parser.parse_args()
    wanted = [plant for plant in PLANTS if not options.plants or plant.name in options.plants.split(",")]
    if options.only != "overhead":
        with tempfile.TemporaryDirectory() as folder:
            for watcher in WATCHING:
                for loop in LOOPS:
                    print_outcomes(
                        watcher, loop, measure_detection(watcher, loop, wanted, Path(folder) / "e.jsonl")
                    )
    if options.only != "detection":
        rounds, requests = (15, 400) if options.quick else (60, 800)
        for app in ("hello", "fastapi"):
            for loop in LOOPS:
                print_overhead(app, loop, measure_overhead(app, loop, list(WATCHING), rounds, requests))


def print_outcomes(watcher: str, loop: str, outcomes: list[Outcome]) -> None:
    """A row a plant, and the sums."""
    print(f"\n{f'{watcher}, {loop}':22} found   line  route  cause         error   planted  named line")
    for one in outcomes:
        error = f"{one.duration_error:6.1%}" if one.duration_error is not None else "     -"
        marks = "  ".join(
            " yes " if mark else "  NO " for mark in (one.is_detected, one.has_line, one.has_route)
        )
        cause = f"{one.cause}{'' if one.has_cause else ' NO'}"
        print(f"  {one.plant.name:20} {marks} {cause:12} {error} {one.seconds:7.3f} s  {one.place}")
    errors = sorted(one.duration_error for one in outcomes if one.duration_error is not None)
    found, line, route, cause = (
        sum(getattr(one, name) for one in outcomes)
        for name in ("is_detected", "has_line", "has_route", "has_cause")
    )
    print(f"  of {len(outcomes)}: detected {found}, line {line}, route {route}, cause {cause}", end="")
    if errors:
        median, ninth = statistics.median(errors), errors[int(len(errors) * 0.9)]
        print(f"; duration error median {median:.1%}, p90 {ninth:.1%}")
    else:
        print()


def print_overhead(app: str, loop: str, costs: dict[str, tuple[float, float]]) -> None:
    """A row a variant."""
    for variant, (microseconds, ratio) in costs.items():
        print(f"CPU a request, {app:8} {loop:8} {variant:12} {microseconds:7.1f} us  {ratio:5.3f}x")


if __name__ == "__main__":
    main()
