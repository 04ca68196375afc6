"""The cache of facts: what it remembers, and what it does not believe."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from loopaudit.static.facts import ENCODER
from loopaudit.static.store import Store, digest_of, no_store, open_store
from loopaudit.static.summarise import summarise

if TYPE_CHECKING:
    from pathlib import Path

LONG_AGO = 1_600_000_000


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder of this test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    return tmp_path / "home" / "loopaudit"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "project" / "a.py"
    path.parent.mkdir()
    path.write_text("x = 1\n")
    os.utime(path, (LONG_AGO, LONG_AGO))
    return path


def remember(store: Store, path: Path) -> bytes:
    raw = path.read_bytes()
    store.keep(str(path), path.stat(), digest_of(raw), ENCODER.encode(summarise(raw)))
    return digest_of(raw)


def cache_file(home: Path) -> Path:
    (found,) = home.glob("*.facts")
    return found


def test_facts_are_found_by_an_unchanged_signature(source: Path) -> None:
    store = open_store(source.parent)
    digest = remember(store, source)
    store.save()
    again = open_store(source.parent)
    assert again.digest_of(str(source), source.stat()) == digest
    assert again.facts(digest) == ENCODER.encode(summarise(b"x = 1\n"))


def test_a_changed_signature_is_not_believed(source: Path) -> None:
    store = open_store(source.parent)
    remember(store, source)
    os.utime(source, (LONG_AGO, LONG_AGO + 1))
    assert store.digest_of(str(source), source.stat()) is None


def test_a_file_of_this_moment_is_hashed_again(source: Path) -> None:
    os.utime(source)
    store = open_store(source.parent)
    digest = remember(store, source)
    assert store.digest_of(str(source), source.stat()) is None
    assert store.has(digest)


def test_results_are_kept_the_newest_few(source: Path) -> None:
    store = open_store(source.parent)
    for number in range(6):
        store.keep_result(f"key {number}", bytes([number]))
    store.save()
    again = open_store(source.parent)
    assert [again.result(f"key {number}") for number in range(6)] == [None, None, b"\2", b"\3", b"\4", b"\5"]


def test_nothing_changed_writes_nothing(source: Path, home: Path) -> None:
    store = open_store(source.parent)
    remember(store, source)
    store.save()
    before = cache_file(home).stat().st_ino
    again = open_store(source.parent)
    again.keep(str(source), source.stat(), digest_of(source.read_bytes()))
    again.save()
    assert cache_file(home).stat().st_ino == before


def test_a_file_that_is_gone_takes_its_facts_along(source: Path) -> None:
    store = open_store(source.parent)
    digest = remember(store, source)
    store.save()
    source.unlink()
    again = open_store(source.parent)
    again.keep_result("key", b"blob")
    again.save()
    assert not open_store(source.parent).has(digest)


@pytest.mark.parametrize(
    "damage", ["cut", "flip head", "flip blob", "empty", "text", "magic only", "huge head"]
)
def test_a_damaged_cache_is_passed_over_and_rewritten(source: Path, home: Path, damage: str) -> None:
    store = open_store(source.parent)
    digest = remember(store, source)
    store.save()
    path = cache_file(home)
    raw = bytearray(path.read_bytes())
    match damage:
        case "cut":
            raw = raw[:-1]
        case "flip head":
            raw[60] ^= 1
        case "flip blob":
            raw[-1] ^= 1
        case "empty":
            raw.clear()
        case "text":
            raw[:] = b"not a cache at all, but long enough to hold a whole head and more"
        case "magic only":
            raw = raw[:20]
        case "huge head":
            raw[18:26] = b"\xff" * 8
    path.write_bytes(raw)
    again = open_store(source.parent)
    assert again.facts(digest) is None
    remember(again, source)
    again.save()
    assert not again.note
    assert open_store(source.parent).facts(digest) is not None


def test_a_cache_sealed_by_somebody_else_is_not_believed(source: Path, home: Path) -> None:
    folder = source.parent / ".loopaudit_cache"
    store = open_store(source.parent, folder)
    digest = remember(store, source)
    store.save()
    assert open_store(source.parent, folder).has(digest)
    (home / "key").unlink()
    assert not open_store(source.parent, folder).has(digest)


def test_git_passes_the_cache_folder_over(source: Path) -> None:
    folder = source.parent / ".loopaudit_cache"
    store = open_store(source.parent, folder)
    remember(store, source)
    store.save()
    assert (folder / ".gitignore").read_text() == "*\n"


def test_a_folder_that_cannot_be_written_is_a_note_not_a_failure(source: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "a file"
    blocked.touch()
    store = open_store(source.parent, blocked / "cache")
    remember(store, source)
    store.save()
    assert "cannot be written" in store.note


def test_without_a_place_for_the_key_nothing_is_cached(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "blocked").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "blocked"))
    store = open_store(source.parent)
    assert store.note.startswith("Nothing is cached: ")
    remember(store, source)
    store.save()


def test_no_store_forgets(source: Path) -> None:
    store = no_store()
    store.keep_result("key", b"blob")
    remember(store, source)
    store.save()
    assert not store.note
    assert no_store().result("key") is None


def test_two_runs_at_once_leave_one_whole_cache(source: Path) -> None:
    first, second = open_store(source.parent), open_store(source.parent)
    digest = remember(first, source)
    remember(second, source)
    second.keep_result("key", b"blob")
    first.save()
    second.save()
    again = open_store(source.parent)
    assert again.has(digest)
    assert again.result("key") == b"blob"
