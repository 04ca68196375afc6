"""Run a command as a whole process and say what it cost."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

# Seconds after which one run of a tool is enough: the slowest peer must not cost an hour.
LONG_RUN_SECONDS = 40.0
REPETITIONS = 3


class BenchError(Exception):
    """The measurement would not mean what the table says."""


@dataclass(frozen=True)
class Cost:
    """What one run cost. peak_bytes is the largest single process of it, as the kernel counts."""

    wall_seconds: float
    cpu_seconds: float
    peak_bytes: int
    lines_printed: int


@dataclass(frozen=True)
class Summary:
    """The medians of several runs."""

    wall_seconds: float
    cpu_seconds: float
    peak_bytes: int
    lines_printed: int
    runs: int


def run_process(command: list[str], folder: Path, output: Path, accepted: frozenset[int]) -> Cost:
    """Run `command` in `folder`, output to a file; BenchError when it ends with another code."""
    with output.open("wb") as stdout, output.with_suffix(".err").open("wb") as stderr:
        started = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr
        )
        # wait4 and not wait: it gives the child's own cost, its worker processes included.
        _, status, usage = os.wait4(process.pid, 0)
        wall_seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in accepted:
        said = output.with_suffix(".err").read_text(errors="replace").strip().splitlines()
        last = said[-1] if said else "nothing"
        raise BenchError(f"{Path(command[0]).name} ended with {process.returncode}, saying: {last}")
    unit = 1 if sys.platform == "darwin" else 1024
    return Cost(
        wall_seconds,
        usage.ru_utime + usage.ru_stime,
        usage.ru_maxrss * unit,
        output.read_bytes().count(b"\n"),
    )


def summarise(costs: list[Cost]) -> Summary:
    """The median of each figure."""
    return Summary(
        median(cost.wall_seconds for cost in costs),
        median(cost.cpu_seconds for cost in costs),
        int(median(cost.peak_bytes for cost in costs)),
        int(median(cost.lines_printed for cost in costs)),
        len(costs),
    )
