"""Many files at once: the same answer however they are read, and nobody falls with a worker."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from loopaudit.static import pool, reading
from loopaudit.static.discover import SourceFile, discover
from loopaudit.static.facts import ENCODER
from loopaudit.static.pool import read_in_processes
from loopaudit.static.reading import Read, read_all
from loopaudit.static.store import no_store, open_store
from loopaudit.static.workers import Facts, summarise_all

LONG_AGO = 1_600_000_000


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[SourceFile]:
    """Enough source to be worth two workers, and a broken file."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    root = tmp_path / "project"
    root.mkdir()
    for number in range(8):
        (root / f"m{number}.py").write_text(f"# {'long ' * 12_000}\ndef f{number}(a): return g(a)\n")
    (root / "broken.py").write_text("def f(:\n")
    for path in root.iterdir():
        os.utime(path, (LONG_AGO, LONG_AGO))
    return list(discover([root], root=root).files)


def encoded(found: list[Facts]) -> list[bytes]:
    return [ENCODER.encode(facts.module) for facts in found]


def test_the_number_of_workers_changes_nothing(files: list[SourceFile]) -> None:
    alone = summarise_all(files, no_store(), jobs=1)
    together = summarise_all(files, no_store(), jobs=3)
    assert [facts.file for facts in together] == files
    assert encoded(alone) == encoded(together)
    assert [facts.digest for facts in alone] == [facts.digest for facts in together]


def test_what_is_stored_is_not_read_again(files: list[SourceFile], monkeypatch: pytest.MonkeyPatch) -> None:
    root = Path(files[0].path).parent
    store = open_store(root)
    first = summarise_all(files, store, jobs=1)
    store.save()
    asked: list[list[str]] = []

    def remember_asked(paths: list[str]) -> list[Read]:
        asked.append(paths)
        return read_all(paths)

    monkeypatch.setattr(reading, "read_all", remember_asked)
    again = summarise_all(files, open_store(root), jobs=1)
    assert asked == []
    assert encoded(again) == encoded(first)

    Path(files[1].path).write_text("x = 1\n")
    changed = summarise_all(files, open_store(root), jobs=1)
    assert asked == [[files[1].path]]
    assert changed[1].module.lines == 1


def test_a_touched_file_is_hashed_but_not_parsed_again(
    files: list[SourceFile], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = Path(files[0].path).parent
    store = open_store(root)
    summarise_all(files, store, jobs=1)
    store.save()
    os.utime(files[1].path, (LONG_AGO, LONG_AGO + 1))
    monkeypatch.setattr(reading, "read_all", lambda paths: pytest.fail(f"read again: {paths}"))
    summarise_all(files, open_store(root), jobs=1)


def test_progress_ends_with_all(files: list[SourceFile]) -> None:
    seen: list[tuple[int, int]] = []
    summarise_all(files, no_store(), jobs=2, on_progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (len(files), len(files))
    assert seen == sorted(seen)


def test_a_file_that_is_gone_is_an_error_module(files: list[SourceFile]) -> None:
    Path(files[0].path).unlink()
    found = summarise_all(files, no_store(), jobs=1)
    assert found[0].module.error == "The file cannot be read: No such file or directory."


def test_a_huge_file_is_not_read(files: list[SourceFile]) -> None:
    with Path(files[0].path).open("wb") as stream:
        stream.truncate(6_000_000)
    found = summarise_all(files, no_store(), jobs=1)
    assert found[0].module.error == "The file has 6,000,000 bytes; more than 5,000,000 are not read."


def read_or_die(paths: list[str]) -> list[Read]:
    """A reader whose process does not survive one file."""
    if any(path.endswith("m3.py") for path in paths):
        os.kill(os.getpid(), signal.SIGKILL)
    return read_all(paths)


def test_only_the_file_that_kills_its_worker_is_lost(files: list[SourceFile]) -> None:
    paths = [file.path for file in files]
    chunks = [paths[:3], paths[3:6], paths[6:]]
    found: dict[str, Read] = {}
    for chunk, reads in read_in_processes(chunks, 2, read_or_die):
        found.update(zip(chunk, reads, strict=True))
    assert sorted(found) == sorted(paths)
    expected = read_all(paths)
    for path, read in zip(paths, expected, strict=True):
        if path.endswith("m3.py"):
            assert b"ended the process" in found[path].encoded
        else:
            assert found[path].encoded == read.encoded


def test_without_processes_the_files_are_read_here(
    files: list[SourceFile], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> object:
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr(pool, "read_in_processes", refuse)
    assert encoded(summarise_all(files, no_store(), jobs=2)) == encoded(
        summarise_all(files, no_store(), jobs=1)
    )
