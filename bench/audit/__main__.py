"""`python -m bench.audit`: cold, nothing changed, one file edited; whole processes, medians, one table.

Cold means without the tool's own cache; the files themselves are in the page cache for every tool alike.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bench.audit.measure import LONG_RUN_SECONDS, REPETITIONS, BenchError, Summary, run_process, summarise
from bench.audit.package import Package, fetch_package
from bench.audit.table import Row, render
from bench.audit.tools import PEERS, Tool, describe_loopaudit, locate

if TYPE_CHECKING:
    from collections.abc import Iterator

OUT = Path("bench/out/audit").resolve()
LARGE = "prefect==3.9.1"


def main() -> int:
    """Fetch the package, time every tool on it, print the table."""
    asked = parse_arguments()
    # One cache folder for all, inside bench/out: "cold" must be ours to make.
    os.environ["XDG_CACHE_HOME"] = str(OUT / "cache")
    try:
        package = fetch_package(asked.package, OUT)
    except BenchError as error:
        print(f"bench.audit: {error}", file=sys.stderr)
        return 2
    tools = [describe_loopaudit(OUT / "cache"), *([] if asked.no_peers else PEERS)]
    rows = [row for tool in tools for row in time_tool(tool, package)]
    print(render(package, rows))
    ours = [row for row in rows if row.tool == "loopaudit" and row.summary is None]
    return 1 if ours else 0


def parse_arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(prog="python -m bench.audit", description=__doc__)
    parser.add_argument(
        "--package", default=LARGE, metavar="NAME==VERSION", help=f"what to read (default: {LARGE})"
    )
    parser.add_argument("--no-peers", action="store_true", help="time loopaudit alone")
    return parser.parse_args()


def time_tool(tool: Tool, package: Package) -> Iterator[Row]:
    """A row for each situation that means something for this tool, or one that says why there is none."""
    try:
        program = locate(tool, OUT)
        yield Row(tool.name, "cold", repeat(tool, program, package, "cold"))
        if tool.caches:
            yield Row(tool.name, "nothing changed", repeat(tool, program, package, "nothing changed"))
            yield Row(tool.name, "one file edited", repeat(tool, program, package, "one file edited"))
    except BenchError as error:
        yield Row(tool.name, str(error), None)


def repeat(tool: Tool, program: str, package: Package, situation: str) -> Summary:
    """Bring about the situation and run, three times, or once where a run is long."""
    print(f"running {tool.name}: {situation}", flush=True)
    files = [str(path) for path in sorted(package.folder.rglob("*.py"))]
    command = [program]
    for argument in tool.arguments:
        command += files if argument == "{files}" else [argument.replace("{tree}", ".")]
    costs = []
    original = package.largest.read_bytes()
    try:
        for number in range(REPETITIONS):
            bring_about(situation, tool, package, number)
            costs.append(run_process(command, package.folder, OUT / "output.txt", tool.accepted))
            check_cache(tool, package)
            if costs[-1].wall_seconds > LONG_RUN_SECONDS:
                break
    finally:
        package.largest.write_bytes(original)
    return summarise(costs)


def bring_about(situation: str, tool: Tool, package: Package, number: int) -> None:
    """Empty the tool's cache, or leave all as it was, or add a function to the largest file."""
    if situation == "cold":
        for cache in tool.caches:
            shutil.rmtree(package.folder / cache, ignore_errors=True)
    elif situation == "one file edited":
        with package.largest.open("a") as file:
            file.write(f"\n\nasync def edited_{number}() -> int:\n    return {number}\n")


def check_cache(tool: Tool, package: Package) -> None:
    """Without a cache on disk after a run, the next rows would be cold ones under another name."""
    folders = [package.folder / cache for cache in tool.caches]
    if folders and not any(path.is_file() for folder in folders for path in folder.rglob("*")):
        raise BenchError(f"{tool.name} left no cache in {' or '.join(tool.caches)}")


if __name__ == "__main__":
    sys.exit(main())
