"""Many files at once: outcomes in order, failures kept apart, nothing sent to a server that is gone."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.parse import unquote

import pytest
from docstore.client import (
    AsyncDocstore,
    DocstoreError,
    LocalFile,
    LocalFileError,
    Outcome,
    RefusedError,
    UnreachableError,
    UnusableInputError,
    Upload,
    find_files,
    upload_many,
)
from docstore.client.answers import read_answer
from docstore.client.files import Sent, describe_file

from tests.docstore_client.fakes import UPLOADED, CountedSleep, as_json, connect
from tests.docstore_client.hostile import Heard, answer, behave


@dataclass
class Watched:
    """Remembers what it was told."""

    outcomes: list[Outcome] = field(default_factory=list)
    sent: dict[str, int] = field(default_factory=dict)

    def start(self, file: LocalFile) -> None:
        self.sent[file.name] = 0

    def advance(self, file: LocalFile, sent_bytes: int) -> None:
        self.sent[file.name] = sent_bytes

    def finish(self, outcome: Outcome) -> None:
        self.outcomes.append(outcome)


@dataclass
class Scripted:
    """Sends nothing: fails as told, and counts how many are on their way at once."""

    errors: dict[str, DocstoreError]
    in_flight: int = 0
    most_in_flight: int = 0
    tried: list[str] = field(default_factory=list)

    async def upload(self, file: LocalFile, sent: Sent) -> Upload:
        self.tried.append(file.name)
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        for _ in range(3):
            await asyncio.sleep(0)
        self.in_flight -= 1
        sent(file.size_bytes)
        if file.name in self.errors:
            raise self.errors[file.name]
        return read_answer(UPLOADED, Upload, "PUT")


def name_files(count: int) -> list[LocalFile]:
    """Files that need not exist."""
    return [LocalFile(Path(f"{place}.bin"), f"{place}.bin", 10) for place in range(count)]


def test_outcomes_come_in_the_order_of_the_files_and_one_failure_stops_nothing() -> None:
    sender = Scripted({"2.bin": RefusedError("too large", 413)})
    watched = Watched()
    outcomes = asyncio.run(upload_many(sender.upload, name_files(6), watched, 4))
    assert [outcome.file.name for outcome in outcomes] == [f"{place}.bin" for place in range(6)]
    assert [outcome.is_failed for outcome in outcomes] == [False, False, True, False, False, False]
    assert len(watched.outcomes) == 6


def test_no_more_files_are_on_their_way_than_asked_for() -> None:
    sender = Scripted({})
    asyncio.run(upload_many(sender.upload, name_files(9), Watched(), 3))
    assert sender.most_in_flight == 3


def test_once_the_server_is_gone_the_rest_is_not_tried() -> None:
    sender = Scripted({"0.bin": UnreachableError("gone")})
    outcomes = asyncio.run(upload_many(sender.upload, name_files(50), Watched(), 1))
    assert sender.tried == ["0.bin"]
    assert all(isinstance(outcome.error, UnreachableError) for outcome in outcomes)
    assert "Not sent" in str(outcomes[-1].error)


def upload_to_server(path: Path, file: LocalFile | None = None) -> tuple[Heard, list[int]]:
    """Upload a file for real; what the server heard and what the watcher was told."""

    async def work() -> tuple[Heard, list[int]]:
        told: list[int] = []
        async with behave([answer(202, UPLOADED)]) as hostile:
            async with AsyncDocstore(connect(hostile.url), sleep=CountedSleep()) as docstore:
                await docstore.upload("col_1", file or describe_file(path), told.append)
            return hostile.heard[0], told

    return asyncio.run(work())


@pytest.mark.parametrize("size", [0, 1, 1024 * 1024, 3 * 1024 * 1024 + 7])
def test_a_file_arrives_whole_with_its_length_and_its_digest(size: int, tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(bytes(size))
    heard, told = upload_to_server(path)
    assert heard.method == "PUT"
    assert heard.body == bytes(size)
    assert heard.headers["content-sha256"] == hashlib.sha256(bytes(size)).hexdigest()
    assert told == sorted(told)
    assert (told[-1] if told else 0) == size


@pytest.mark.parametrize("name", ["a b.txt", "ü€.txt", "50%.txt", "a?b#c.txt", "a+b&c.txt"])
def test_a_name_arrives_as_it_is(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(b"x")
    heard, _ = upload_to_server(path)
    assert unquote(heard.target).endswith("/documents/" + name)
    assert "?" not in heard.target


@pytest.mark.parametrize("announced", [5, 4_000_000])
def test_a_file_that_changes_while_it_is_sent_is_not_sent_wrong(announced: int, tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(bytes(3_000_000))
    with pytest.raises(LocalFileError, match="changed while it was being sent"):
        upload_to_server(path, LocalFile(path, "a.bin", announced))


def test_a_file_that_is_gone_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(LocalFileError, match="cannot be read: no such file"):
        upload_to_server(tmp_path, LocalFile(tmp_path / "gone", "gone", 5))


def test_a_refused_file_carries_the_reason_of_the_server(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"x")
    refusal = answer(413, as_json({"detail": "The file is too large.", "limit_bytes": 10_000_000}))

    async def work() -> tuple[Outcome, ...]:
        async with behave([refusal]) as hostile, AsyncDocstore(connect(hostile.url)) as docstore:
            return await upload_many(partial(docstore.upload, "col_1"), [describe_file(path)], Watched())

    (outcome,) = asyncio.run(work())
    assert "The file is too large." in str(outcome.error)


def test_folders_give_all_files_below_them_once_and_leave_hidden_ones_out(tmp_path: Path) -> None:
    for name in ("b.txt", "a.txt", "deep/er/c.txt", ".hidden", "deep/.git/config"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "nowhere").symlink_to(tmp_path / "missing")
    found = find_files([tmp_path, tmp_path / "a.txt"])
    assert [file.name for file in found] == ["a.txt", "b.txt", "c.txt"]


def test_a_path_that_does_not_exist_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(UnusableInputError, match="does not exist"):
        find_files([tmp_path / "nothing"])
