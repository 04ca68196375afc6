"""The client, the command line and a real server, all the way: upload, list, wait, query, download."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import msgspec
import pytest
from docstore.client import Connection, Docstore, RefusedError, Timeouts, answers
from docstore.routes import shapes

from bench.load.servers import Service, run_docstore, running
from tests.docstore_client.test_command_line import Ended, run

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

TEXT = "The heron stands in shallow water and waits for fish. "
LONG = TEXT * 40_000
pytestmark = pytest.mark.timeout(120)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    folder = tmp_path_factory.mktemp("server")
    environment = {"DOCSTORE_DATA_DIR": str(folder / "data"), "DOCSTORE_MAX_FILE_BYTES": str(4 * 1024 * 1024)}
    with running(Service(run_docstore(), "/health/ready", environment), folder) as server:
        yield server.url


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    (folder / "deeper").mkdir(parents=True)
    (folder / "heron.txt").write_text(TEXT)
    (folder / "deeper" / "größe & <maß>.md").write_text("# Kingfisher\n\nIt dives.\n")
    (folder / "long.txt").write_text(LONG)
    return folder


def ask(url: str, *arguments: str, code: int = 0) -> Ended:
    """Run a command against the server; it must end as told."""
    ended = run(*arguments, "--url", url)
    assert ended.code == code, (ended.out, ended.said)
    return ended


def test_files_go_in_are_found_and_come_back_as_they_were(url: str, files: Path, tmp_path: Path) -> None:
    assert "3 stored, 0 known already, 0 failed" in ask(url, "upload", str(files), "-c", "birds").out
    assert "3 ready" in ask(url, "status", "birds", "--wait", "--wait-timeout", "60").out
    listed = [line.split("\t") for line in ask(url, "list", "birds").out.splitlines()]
    ids = {name: id_ for id_, name, *_ in listed}
    assert set(ids) == {"heron.txt", "größe & <maß>.md", "long.txt"}
    assert "kingfisher" in ask(url, "query", "birds", "kingfisher").out.lower()
    for name, source in (
        ("long.txt", files / "long.txt"),
        ("größe & <maß>.md", files / "deeper" / "größe & <maß>.md"),
    ):
        ask(url, "download", ids[name], "--output", str(tmp_path))
        assert (tmp_path / name).read_bytes() == source.read_bytes()
    assert "exists already" in ask(url, "download", ids["long.txt"], "-o", str(tmp_path), code=2).said
    ask(url, "download", ids["long.txt"], "-o", str(tmp_path), "--force")


def test_sending_the_same_again_stores_nothing_twice(url: str, files: Path) -> None:
    ask(url, "upload", str(files), "-c", "twice")
    assert "0 stored, 3 known already" in ask(url, "upload", str(files), "-c", "twice").out
    assert "3 of 3 files are there already." in ask(url, "upload", str(files), "-c", "twice", "--resume").said


def test_a_file_above_the_limit_is_named_with_the_limit_and_the_others_arrive(
    url: str, tmp_path: Path
) -> None:
    (tmp_path / "huge.bin").write_bytes(bytes(9 * 1024 * 1024))
    (tmp_path / "small.txt").write_text("small")
    ended = ask(url, "upload", str(tmp_path), "-c", "limits", "--json", code=1)
    huge, small = json.loads(ended.out)["uploads"]
    assert "(413)" in huge["error"]
    assert "4.2 MB" in huge["error"]
    assert small["document"]["filename"] == "small.txt"


@pytest.mark.parametrize(
    "arguments",
    [("list", "nowhere"), ("status", "nowhere"), ("download", "doc_x"), ("query", "nowhere", "x")],
)
def test_what_does_not_exist_ends_with_4_and_says_where_to_look(url: str, arguments: tuple[str, ...]) -> None:
    ended = ask(url, *arguments, code=4)
    assert "(404)" in ended.said
    assert "docstore list" in ended.said


def test_a_query_without_a_match_says_so(url: str, files: Path) -> None:
    ask(url, "upload", str(files / "heron.txt"), "-c", "quiet")
    ask(url, "status", "quiet", "--wait", "--wait-timeout", "60")
    assert "Nothing matches" in ask(url, "query", "quiet", "zeppelin").said


def test_the_library_does_the_same_without_asyncio(url: str, files: Path, tmp_path: Path) -> None:
    with Docstore(Connection(url, timeouts=Timeouts(5, 30))) as docstore:
        collection = docstore.ensure_collection("library")
        assert docstore.ensure_collection("library") == collection
        assert docstore.find_collection("library") == docstore.find_collection(collection.id) == collection
        upload = docstore.upload(collection.id, files / "long.txt")
        assert docstore.upload(collection.id, files / "long.txt").duplicate
        assert [document.id for document in docstore.list_documents(collection.id)] == [upload.document.id]
        docstore.download(upload.document, tmp_path / "back.txt")
        assert (tmp_path / "back.txt").read_text() == LONG
        with pytest.raises(RefusedError) as caught:
            docstore.get_document("doc_unknown")
        assert caught.value.status == 404


def test_many_pages_are_followed_to_the_end(url: str) -> None:
    with Docstore(Connection(url)) as docstore:
        made = {docstore.ensure_collection(f"page {place:03}").id for place in range(110)}
        listed = [collection.id for collection in docstore.list_collections()]
    assert made <= set(listed)
    assert len(listed) == len(set(listed))


@pytest.mark.parametrize(
    "name",
    [each for each in vars(answers) if isinstance(getattr(answers, each), type) and hasattr(shapes, each)],
)
def test_every_member_the_client_reads_is_one_the_server_sends(name: str) -> None:
    read = {field.encode_name for field in msgspec.structs.fields(getattr(answers, name))}
    assert read <= set(getattr(shapes, name).model_fields)
