"""The bench of the auditor refuses to print figures that would not mean what the table says."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from bench.audit.__main__ import bring_about, check_cache
from bench.audit.measure import BenchError, Cost, run_process, summarise
from bench.audit.package import Package
from bench.audit.table import Row, render
from bench.audit.tools import Tool

if TYPE_CHECKING:
    from pathlib import Path

TOOL = Tool("tool", "", "tool", ("{tree}",), caches=(".cache",))


@pytest.fixture
def package(tmp_path: Path) -> Package:
    module = tmp_path / "module.py"
    module.write_text("x = 1\n")
    return Package("demo==1", tmp_path, 1, 1, module)


def run_python(code: str, folder: Path, accepted: frozenset[int]) -> Cost:
    return run_process([sys.executable, "-c", code], folder, folder / "out.txt", accepted)


def test_a_run_is_measured_with_its_worker_processes(tmp_path: Path) -> None:
    burn = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'sum(range(10**7))']); print('one')"
    cost = run_python(burn, tmp_path, frozenset({0}))
    assert cost.lines_printed == 1
    assert cost.wall_seconds >= cost.cpu_seconds / 2
    assert cost.cpu_seconds > 0
    assert cost.peak_bytes > 1_000_000


def test_a_tool_that_crashes_is_not_a_fast_tool(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match="ended with 3, saying: no such option"):
        run_python(
            "import sys; print('no such option', file=sys.stderr); sys.exit(3)", tmp_path, frozenset({0, 1})
        )


def test_findings_are_no_failure(tmp_path: Path) -> None:
    assert run_python("raise SystemExit(1)", tmp_path, frozenset({0, 1})).lines_printed == 0


def test_a_run_that_leaves_no_cache_is_refused(package: Package) -> None:
    with pytest.raises(BenchError, match=r"tool left no cache in \.cache"):
        check_cache(TOOL, package)


def test_cold_empties_the_cache(package: Package) -> None:
    (package.folder / ".cache").mkdir()
    bring_about("cold", TOOL, package, 0)
    assert not (package.folder / ".cache").exists()


def test_each_edit_is_another_one(package: Package) -> None:
    versions = set()
    for number in range(3):
        bring_about("one file edited", TOOL, package, number)
        versions.add(package.largest.read_text())
    assert len(versions) == 3


def test_the_table_gives_medians_and_says_who_is_missing(package: Package) -> None:
    costs = [Cost(seconds, seconds, 5_000_000, 7) for seconds in (9.0, 1.0, 2.0)]
    text = render(
        package, [Row("ours", "cold", summarise(costs)), Row("peer", "not installed: no such name", None)]
    )
    assert text.splitlines()[-2].split() == ["ours", "cold", "2.00", "2.00", "0", "5", "7", "3"]
    assert text.splitlines()[-1] == "peer: not installed: no such name"
