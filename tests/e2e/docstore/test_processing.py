"""Uploads and health while a collection is processed; and workers that die."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.e2e.docstore.serving import Served, serving, wait_until_finished

MEBIBYTE = 1024 * 1024
PROSE = "The invoice of the quick brown fox is due.\n\nHe will not pay it before spring.\n\n"


def upload_texts(served: Served, collection: str, count: int, repeats: int) -> None:
    with served.client() as http:
        for number in range(count):
            content = f"# Document {number}\n\n{PROSE * repeats}".encode()
            url = f"/v1/collections/{collection}/documents/{number}.md"
            assert http.put(url, content=content).status_code == 202


def test_uploads_are_taken_while_a_collection_is_processed(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as served:
        collection, elsewhere = served.create_collection("a"), served.create_collection("b")
        upload_texts(served, collection, count=20, repeats=2000)

        def upload(number: int) -> tuple[int, str]:
            with served.client() as http:
                url = f"/v1/collections/{elsewhere}/documents/{number}.bin"
                answer = http.put(url, content=os.urandom(2 * MEBIBYTE))
                return answer.status_code, answer.json()["document"]["status"]

        with ThreadPoolExecutor(4) as clients:
            outcomes = list(clients.map(upload, range(12)))
        with served.client() as http:
            during = http.get(f"/v1/collections/{collection}/status").json()
        # Accepted and answered while the others wait for their turn: the answer does not wait for processing.
        assert outcomes == [(202, "received")] * 12
        assert not during["is_finished"]
        assert wait_until_finished(served, collection) == {"ready": 20}
        with served.client() as http:
            answer = http.get(f"/v1/collections/{collection}/query", params={"q": "invoice spring"}).json()
        assert len(answer["hits"]) == 10
        assert answer["next_cursor"] is not None


def test_a_reader_that_is_killed_fails_one_document_and_no_other(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as served:
        collection = served.create_collection()
        # Large enough to be caught in the middle.
        with served.client() as http:
            large = (PROSE * 300_000).encode()
            http.put(f"/v1/collections/{collection}/documents/large.txt", content=large).raise_for_status()
        kill_reader_at_work(served, collection)
        upload_texts(served, collection, count=3, repeats=10)
        assert wait_until_finished(served, collection) == {"ready": 3, "failed": 1}
        with served.client() as http:
            failures = http.get(f"/v1/collections/{collection}/status").json()["failures"]
        assert [(f["filename"], f["error"].endswith(".")) for f in failures] == [("large.txt", True)]


def kill_reader_at_work(served: Served, collection: str) -> None:
    until = time.monotonic() + 30
    with served.client() as http:
        while http.get(f"/v1/collections/{collection}/status").json()["counts"]["processing"] == 0:
            assert time.monotonic() < until
            time.sleep(0.01)
    (reader,) = served.children()
    os.kill(reader, signal.SIGKILL)


def test_a_server_killed_while_processing_goes_on_where_it_was(tmp_path: Path) -> None:
    environment = {"DOCSTORE_LEASE_SECONDS": "1"}
    with serving(tmp_path / "data", environment) as served:
        collection = served.create_collection()
        upload_texts(served, collection, count=10, repeats=3000)
        served.kill()
    with serving(tmp_path / "data", environment) as again:
        assert wait_until_finished(again, collection) == {"ready": 10}
        with again.client() as http:
            documents = http.get(f"/v1/collections/{collection}/documents").json()["items"]
        assert all(item["passage_count"] > 0 for item in documents)


def test_a_document_that_takes_too_long_or_too_much_memory_fails_alone(tmp_path: Path) -> None:
    environment = {"DOCSTORE_EXTRACT_MEMORY_BYTES": str(200 * MEBIBYTE)}
    with serving(tmp_path / "data", environment) as served:
        collection = served.create_collection()
        with served.client() as http:
            url = f"/v1/collections/{collection}/documents"
            http.put(f"{url}/huge.txt", content=b"word " * (20 * MEBIBYTE)).raise_for_status()
            http.put(f"{url}/small.txt", content=b"a small text").raise_for_status()
        assert wait_until_finished(served, collection) == {"ready": 1, "failed": 1}
        with served.client() as http:
            (failure,) = http.get(f"/v1/collections/{collection}/status").json()["failures"]
        assert failure["filename"] == "huge.txt"
        assert "memory" in failure["error"]


def test_health_and_readiness_answer_and_no_process_is_left(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as served:
        with served.client() as http:
            assert http.get("/health/live").json() == {"status": "ok", "reason": None}
            assert http.get("/health/ready").json() == {"status": "ok", "reason": None}
            metrics = http.get("/metrics").text
        assert "asyncio_loop_lag_seconds_bucket" in metrics
        assert 'route="/health/live"' in metrics
        children = served.children()
        assert served.stop() == 0
    assert not any(Path(f"/proc/{pid}").exists() for pid in children)
