"""A download is complete and correct, or it is not there."""

from __future__ import annotations

import asyncio
import hashlib
import stat
from typing import TYPE_CHECKING

import msgspec
import pytest
from docstore.client import AsyncDocstore, DamagedError, DocstoreError, Document, RefusedError
from docstore.client.downloads import choose_name

from tests.docstore_client.fakes import CountedSleep, as_document, connect
from tests.docstore_client.hostile import Behaviour, Heard, answer, behave, break_off

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

CONTENT = bytes(range(256)) * 10_000


def describe(content: bytes = CONTENT, name: str = "a.txt", sha256: str | None = None) -> Document:
    """A document with this content."""
    digest = sha256 or hashlib.sha256(content).hexdigest()
    return msgspec.convert(as_document(content, name, digest), Document)


def download(behaviours: Sequence[Behaviour], document: Document, target: Path) -> list[Heard]:
    """Download from a server that behaves so."""

    async def work() -> list[Heard]:
        async with behave(behaviours) as hostile:
            async with AsyncDocstore(connect(hostile.url), sleep=CountedSleep()) as docstore:
                await docstore.download(document, target)
            return hostile.heard

    return asyncio.run(work())


def test_a_document_arrives_as_it_is(tmp_path: Path) -> None:
    download([answer(200, CONTENT)], describe(), tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == CONTENT
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_an_empty_document_arrives_as_an_empty_file(tmp_path: Path) -> None:
    assert download([answer(500)], describe(b""), tmp_path / "a") == []
    assert (tmp_path / "a").read_bytes() == b""


def test_a_broken_download_goes_on_where_it_broke_off(tmp_path: Path) -> None:
    half = 1_000_000
    heard = download([break_off(CONTENT, half), answer(206, CONTENT[half:])], describe(), tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == CONTENT
    assert heard[1].headers["range"] == f"bytes={half}-"
    assert heard[1].headers["if-match"] == f'"{describe().sha256}"'


@pytest.mark.parametrize(
    ("behaviours", "error"),
    [
        ([answer(200, CONTENT[:-1] + b"!")], DamagedError),
        ([answer(200, CONTENT + b"more")], DamagedError),
        ([answer(404)], RefusedError),
        ([break_off(CONTENT, 9)], DocstoreError),
        ([break_off(CONTENT, 9), answer(200, CONTENT)], DocstoreError),
        ([break_off(CONTENT, 9), answer(412)], RefusedError),
    ],
)
def test_a_failed_download_leaves_nothing_behind(
    behaviours: Sequence[Behaviour], error: type[Exception], tmp_path: Path
) -> None:
    with pytest.raises(error):
        download(behaviours, describe(), tmp_path / "a")
    assert list(tmp_path.iterdir()) == []


def test_a_failed_download_leaves_the_old_file_alone(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("old")
    with pytest.raises(DamagedError):
        download([answer(200, b"!" * len(CONTENT))], describe(), tmp_path / "a")
    assert (tmp_path / "a").read_text() == "old"


def test_a_folder_that_cannot_be_written_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(DocstoreError, match="cannot be written"):
        download([answer(200, CONTENT)], describe(), tmp_path / "missing" / "a")


def test_the_file_is_readable_by_its_owner(tmp_path: Path) -> None:
    download([answer(200, CONTENT)], describe(), tmp_path / "a")
    assert (tmp_path / "a").stat().st_mode & stat.S_IRUSR


@pytest.mark.parametrize(
    ("name", "chosen"),
    [
        ("a.txt", "a.txt"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("/etc/passwd", "passwd"),
        (".bashrc", "bashrc"),
        ("..", "doc_1"),
        ("", "doc_1"),
        ("a\x00b\x1b[31m.txt", "a_b_[31m.txt"),
        ("\u202etxt.exe", "_txt.exe"),
        ("ü" * 300, "ü" * 100),
    ],
)
def test_a_name_from_the_server_never_becomes_a_path(name: str, chosen: str) -> None:
    assert choose_name(describe(name=name)) == chosen
