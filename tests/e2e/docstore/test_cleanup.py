"""Whatever ends an upload too early, nothing of it is ever seen, and the server goes on."""

from __future__ import annotations

import json
import os
import resource
import time
from typing import TYPE_CHECKING

import httpx2
import pytest

from tests.e2e.docstore.raw import connected, read_answer, send_head
from tests.e2e.docstore.serving import Served, serving

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MEBIBYTE = 1024 * 1024


def wait_for(truth: Callable[[], bool], seconds: float = 10.0) -> None:
    until = time.monotonic() + seconds
    while not truth():
        assert time.monotonic() < until, "it did not become true in time"
        time.sleep(0.02)


def is_unharmed(served: Served, collection: str) -> bool:
    """No file, no row, and the next upload works."""
    assert served.files() == []
    with served.client() as http:
        assert http.get(f"/v1/collections/{collection}/documents").json()["items"] == []
        answer = http.put(f"/v1/collections/{collection}/documents/after.txt", content=b"still here")
        return answer.status_code == 202


def test_a_client_that_leaves_in_the_middle_leaves_nothing(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as served:
        collection = served.create_collection()
        with connected(served) as connection:
            path = f"/v1/collections/{collection}/documents/gone.bin"
            send_head(connection, "PUT", path, f"Content-Length: {10 * MEBIBYTE}")
            connection.sendall(bytes(3 * MEBIBYTE))
            wait_for(lambda: len(served.files()) == 1)
        wait_for(lambda: served.files() == [])
        assert is_unharmed(served, collection)


def test_a_form_cut_off_in_its_second_file_leaves_nothing_of_the_first(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as served:
        collection = served.create_collection()
        part = b'--x\r\nContent-Disposition: form-data; name="f"; filename="%d.bin"\r\n\r\n'
        with connected(served) as connection:
            send_head(
                connection,
                "POST",
                f"/v1/collections/{collection}/documents",
                "Content-Type: multipart/form-data; boundary=x",
                f"Content-Length: {10 * MEBIBYTE}",
            )
            connection.sendall(part % 1 + bytes(2 * MEBIBYTE) + b"\r\n" + part % 2 + bytes(2 * MEBIBYTE))
            wait_for(lambda: len(served.files()) == 2)
        wait_for(lambda: served.files() == [])
        assert is_unharmed(served, collection)


def test_a_client_that_falls_silent_is_told_so(tmp_path: Path) -> None:
    with serving(tmp_path / "data", {"DOCSTORE_BODY_IDLE_SECONDS": "0.5"}) as served:
        collection = served.create_collection()
        with connected(served) as connection:
            path = f"/v1/collections/{collection}/documents/silent.bin"
            send_head(connection, "PUT", path, "Content-Length: 1000")
            connection.sendall(b"x" * 10)
            answer = read_answer(connection)
            assert connection.recv(1) == b""
        assert answer.status == 408
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["connection"] == "close"
        assert is_unharmed(served, collection)


def test_a_body_that_announces_itself_too_large_is_refused_early_and_the_connection_lives(
    tmp_path: Path,
) -> None:
    with serving(tmp_path / "data", {"DOCSTORE_MAX_FILE_BYTES": str(MEBIBYTE)}) as served:
        collection = served.create_collection()
        with connected(served) as connection:
            path = f"/v1/collections/{collection}/documents/large.bin"
            send_head(connection, "PUT", path, f"Content-Length: {8 * MEBIBYTE}")
            answer = read_answer(connection)
            assert answer.status == 413
            assert "connection" not in answer.headers
            assert json.loads(answer.body)["limit_bytes"] == MEBIBYTE
            # The client was in the middle of sending: it sends the rest, and asks something else.
            connection.sendall(bytes(8 * MEBIBYTE))
            send_head(connection, "GET", "/health/live")
            assert read_answer(connection).status == 200
        assert is_unharmed(served, collection)


def test_a_body_of_unknown_length_is_stopped_at_the_limit(tmp_path: Path) -> None:
    with serving(tmp_path / "data", {"DOCSTORE_MAX_FILE_BYTES": str(MEBIBYTE)}) as served:
        collection = served.create_collection()
        with served.client() as http:
            pieces = (bytes(MEBIBYTE) for _ in range(8))
            answer = http.put(f"/v1/collections/{collection}/documents/large.bin", content=pieces)
        assert answer.status_code == 413
        assert is_unharmed(served, collection)


def test_a_full_disk_answers_507_and_the_service_goes_on(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as served:
        collection = served.create_collection()
        # The kernel refuses to let any file of the server grow past this: to the server, the disk is full.
        resource.prlimit(served.process.pid, resource.RLIMIT_FSIZE, (4 * MEBIBYTE, resource.RLIM_INFINITY))
        with served.client() as http:
            answer = http.put(
                f"/v1/collections/{collection}/documents/large.bin", content=bytes(8 * MEBIBYTE)
            )
        assert answer.status_code == 507, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert is_unharmed(served, collection)


def test_after_kill_9_in_the_middle_of_uploads_the_next_start_sweeps(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as served:
        collection = served.create_collection()
        with served.client() as http:
            kept = http.put(f"/v1/collections/{collection}/documents/kept.txt", content=b"kept")
        with connected(served) as first, connected(served) as second:
            for number, connection in enumerate((first, second)):
                path = f"/v1/collections/{collection}/documents/{number}.bin"
                send_head(connection, "PUT", path, f"Content-Length: {10 * MEBIBYTE}")
                connection.sendall(bytes(3 * MEBIBYTE))
            wait_for(lambda: len(served.files()) == 3)
            served.kill()
        left = served.files()
        assert len(left) == 3
        # And a file that was renamed, but not registered when the kill came.
        orphan = served.data_dir / "blobs" / "ff" / "doc_0123456789abff"
        orphan.parent.mkdir(exist_ok=True)
        orphan.write_bytes(b"whole, but nobody's")
        old = time.time() - 1
        os.utime(orphan, (old, old))
    with serving(tmp_path / "data") as again, again.client() as http:
        assert [path.name for path in again.files()] == [kept.json()["document"]["id"]]
        listed = http.get(f"/v1/collections/{collection}/documents").json()["items"]
        assert [item["filename"] for item in listed] == ["kept.txt"]
        content = http.get(f"/v1/documents/{listed[0]['id']}/content")
        assert content.content == b"kept"


def test_a_stop_in_the_middle_of_an_upload_ends_in_time_and_leaves_nothing(tmp_path: Path) -> None:
    with serving(tmp_path / "data", {"DOCSTORE_GRACEFUL_SHUTDOWN_SECONDS": "1"}) as served:
        collection = served.create_collection()
        with connected(served) as connection:
            path = f"/v1/collections/{collection}/documents/cut.bin"
            send_head(connection, "PUT", path, f"Content-Length: {10 * MEBIBYTE}")
            connection.sendall(bytes(3 * MEBIBYTE))
            wait_for(lambda: len(served.files()) == 1)
            served.stop()
        assert served.files() == []
    with serving(tmp_path / "data") as again:
        assert is_unharmed(again, collection)


@pytest.mark.parametrize("port", ["nonsense"])
def test_a_wrong_setting_ends_with_one_sentence(tmp_path: Path, port: str) -> None:
    with (
        pytest.raises(RuntimeError, match="DOCSTORE_METRICS_PORT"),
        serving(tmp_path / "data", {"DOCSTORE_METRICS_PORT": port}),
    ):
        pass


def test_a_second_upload_of_a_swept_file_succeeds(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as served:
        collection = served.create_collection()
        content = os.urandom(2 * MEBIBYTE)
        url = f"/v1/collections/{collection}/documents/again.bin"
        with served.client() as http:
            refused = http.put(url, content=content, headers={"Content-SHA256": "0" * 64})
            accepted = http.put(url, content=content)
            assert (refused.status_code, accepted.status_code) == (400, 202)
            assert isinstance(accepted, httpx2.Response)
        assert len(served.files()) == 1
