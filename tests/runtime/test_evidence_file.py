"""The evidence file is bounded, rotated, written off the loop, and survives a kill."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from loopaudit.runtime.events import Place, Shares, Stall, ThreadHog, Whose
from loopaudit.runtime.sinks.evidence_file import EvidenceFile, rotate, trim_torn_line
from loopaudit.runtime.sinks.records import encode_record, make_record

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

PLACE = Place("app.py", 12, "work")
STALL = Stall(
    time=1700000000.0,
    duration_seconds=0.5,
    cause="blocking",
    where=PLACE,
    primitive="time.sleep",
    stack=(PLACE,),
    whose=Whose("Task-1", "app.work", "GET", "/slow/{id}"),
    waiting_in="clock_nanosleep",
    thread_hog=ThreadHog("pool_0", PLACE, 0.4),
    shares=Shares(on_cpu=0.1),
)
CONTRACT = {
    *("version", "time", "duration_seconds", "cause", "holds", "waiting_in", "where", "primitive", "stack"),
    *("task", "method", "route", "thread_hog", "process", "worker", "lag_seconds"),
}


def write(path: Path, *stalls: Stall, max_bytes: int = 10_000, old_files: int = 2) -> None:
    evidence = EvidenceFile(path, max_bytes, old_files)
    evidence.start()
    for stall in stalls:
        evidence.on_stall(stall)
    evidence.stop()


def test_a_record_keeps_the_contract(tmp_path: Path) -> None:
    write(tmp_path / "stalls.jsonl", STALL)
    [line] = (tmp_path / "stalls.jsonl").read_text().splitlines()
    record = json.loads(line)
    assert set(record) >= CONTRACT
    assert record["where"] == {"path": "app.py", "line": 12, "function": "work"}
    assert (record["version"], record["task"], record["route"]) == (1, "app.work", "/slow/{id}")


def test_a_stall_that_still_lasts_is_not_recorded_yet(tmp_path: Path) -> None:
    write(tmp_path / "stalls.jsonl", Stall(0.0, 1.0, "cpu", is_over=False))
    assert (tmp_path / "stalls.jsonl").read_bytes() == b""


def test_a_full_file_is_rotated_and_the_oldest_goes(tmp_path: Path) -> None:
    path = tmp_path / "stalls.jsonl"
    size = len(encode_record(make_record(STALL, 1, "")))
    write(path, *[STALL] * 9, max_bytes=size * 2 + 40, old_files=2)
    names = sorted(file.name for file in tmp_path.iterdir())
    assert names == ["stalls.jsonl", "stalls.jsonl.1", "stalls.jsonl.2"]
    assert all(len(file.read_bytes()) <= size * 2 + 40 for file in tmp_path.iterdir())


def test_without_old_files_rotation_begins_anew(tmp_path: Path) -> None:
    path = tmp_path / "stalls.jsonl"
    path.write_text("old\n")
    rotate(path, 0)
    assert list(tmp_path.iterdir()) == []


def test_a_line_torn_by_a_kill_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "stalls.jsonl"
    path.write_bytes(b'{"version":1}\n{"version":1,"ti')
    write(path, STALL)
    lines = path.read_text().splitlines()
    assert len(lines) == 2
    assert all(json.loads(line)["version"] == 1 for line in lines)


def test_a_file_of_nothing_but_a_torn_line_becomes_empty(tmp_path: Path) -> None:
    path = tmp_path / "stalls.jsonl"
    path.write_bytes(b'{"vers')
    trim_torn_line(path)
    assert path.read_bytes() == b""


def test_more_than_the_queue_holds_is_dropped_and_counted(tmp_path: Path) -> None:
    evidence = EvidenceFile(tmp_path / "stalls.jsonl", 10_000, 1)
    for _ in range(1003):
        evidence.on_stall(STALL)
    assert evidence.dropped == 3


def test_a_disk_that_refuses_is_logged_and_counted_not_raised(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "evidence"
    evidence = EvidenceFile(folder / "stalls.jsonl", 10_000, 1)
    evidence.start()
    (folder / "stalls.jsonl").unlink()
    folder.rmdir()
    evidence.on_stall(STALL)
    evidence.stop()
    assert evidence.dropped == 1
    assert "could not be written" in caplog.text


def test_each_worker_may_have_its_own_file(tmp_path: Path) -> None:
    evidence = EvidenceFile(tmp_path / "stalls-{pid}.jsonl", 10_000, 1)
    assert "{pid}" not in evidence.path.name
