"""Collections, health, metrics, and the form of every error."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest
from docstore.app import create_app
from docstore.errors import ConfigurationError, StorageFull
from docstore.logs import JsonFormatter
from docstore.serving import build_server
from docstore.settings import Settings, read_settings
from sqlalchemy import Connection, text

from tests.docstore.asking import assert_problem
from tests.docstore.opened import opened, quiet

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.anyio


async def test_a_collection_can_be_made_looked_at_changed_and_deleted(tmp_path: Path) -> None:
    async with opened(quiet(tmp_path)) as app:
        made = await app.http.post("/v1/collections", json={"name": "  papers ", "description": "d"})
        assert made.status_code == 201
        url = made.headers["location"]
        assert (made.json()["name"], made.json()["description"]) == ("papers", "d")
        assert (await app.http.get(url)).json() == made.json()
        changed = (await app.http.patch(url, json={"description": "new"})).json()
        assert (changed["name"], changed["description"]) == ("papers", "new")
        assert changed["updated_at"] > made.json()["updated_at"]
        assert (await app.http.delete(url)).status_code == 204
        for method in ("get", "delete"):
            assert_problem(await app.http.request(method, url), 404, "not-found")
        assert_problem(await app.http.patch(url, json={}), 404, "not-found")


async def test_a_taken_name_says_whose_it_is_and_a_deleted_one_is_free(tmp_path: Path) -> None:
    async with opened(quiet(tmp_path)) as app:
        first, second = await app.create_collection("a"), await app.create_collection("b")
        refused = await app.http.post("/v1/collections", json={"name": "a"})
        assert_problem(refused, 409, "name-taken")
        assert refused.json()["collection_id"] == first
        renamed = await app.http.patch(f"/v1/collections/{second}", json={"name": "a"})
        assert_problem(renamed, 409, "name-taken")
        await app.http.delete(f"/v1/collections/{first}")
        assert await app.create_collection("a") != first


async def test_collections_are_listed_in_pages_and_found_by_name(tmp_path: Path) -> None:
    async with opened(quiet(tmp_path)) as app:
        ids = [await app.create_collection(f"c{number}") for number in range(3)]
        first = (await app.http.get("/v1/collections?limit=2")).json()
        rest = (await app.http.get(f"/v1/collections?limit=2&cursor={first['next_cursor']}")).json()
        assert sorted(item["id"] for item in first["items"] + rest["items"]) == sorted(ids)
        assert rest["next_cursor"] is None
        found = (await app.http.get("/v1/collections?name=c1")).json()["items"]
        assert [item["id"] for item in found] == [ids[1]]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'{"name": ""}',
        b'{"name": 1}',
        b'{"name": "a", "colour": 1}',
        b'{"name": "a\\u0000b"}',
        b'{"name": "a", "description": "\\u0000"}',
        b"\xff",
    ],
)
async def test_a_body_that_is_no_collection_is_refused(tmp_path: Path, body: bytes) -> None:
    async with opened(quiet(tmp_path)) as app:
        answer = await app.http.post(
            "/v1/collections", content=body, headers={"Content-Type": "application/json"}
        )
        assert answer.status_code in {400, 422}
        assert answer.headers["content-type"] == "application/problem+json"


async def test_a_json_body_has_a_limit(tmp_path: Path) -> None:
    async with opened(quiet(tmp_path, max_json_bytes=1000)) as app:
        answer = await app.http.post("/v1/collections", json={"name": "a", "description": "x" * 1001})
        assert_problem(answer, 413, "too-large")


async def test_every_refusal_of_the_framework_is_a_problem_too(tmp_path: Path) -> None:
    async with opened(quiet(tmp_path)) as app:
        assert_problem(await app.http.get("/nowhere"), 404, "http-404")
        answer = await app.http.put("/v1/collections")
        assert_problem(answer, 405, "http-405")


async def test_a_defect_of_ours_says_so_without_our_insides(tmp_path: Path) -> None:
    async with opened(quiet(tmp_path)) as app:
        await app.services.collections.database.write(drop_documents)
        collection = await app.create_collection()
        answer = await app.http.get(f"/v1/collections/{collection}/documents")
        assert_problem(answer, 500, "internal")
        assert "documents" not in answer.json()["detail"]


def drop_documents(connection: Connection) -> None:
    connection.execute(text("DROP TABLE documents"))


async def test_a_database_without_room_is_a_full_storage(tmp_path: Path) -> None:
    async with opened(quiet(tmp_path)) as app:

        def fill(connection: Connection) -> None:
            connection.exec_driver_sql("PRAGMA max_page_count = 1")
            connection.exec_driver_sql("CREATE TABLE filler AS SELECT randomblob(1000000)")

        with pytest.raises(StorageFull):
            await app.services.collections.database.write(fill)
        assert (await app.http.get("/v1/collections")).status_code == 200


async def test_readiness_says_why_it_is_not(tmp_path: Path) -> None:
    async with opened(quiet(tmp_path)) as app:
        assert (await app.http.get("/health/ready")).status_code == 200
        app.services.readiness.reason = "The database does not answer; the log says why."
        answer = await app.http.get("/health/ready")
        assert (answer.status_code, answer.json()["reason"]) == (503, app.services.readiness.reason)
        assert (await app.http.get("/health/live")).status_code == 200


async def test_metrics_are_the_loops_own(tmp_path: Path) -> None:
    async with opened(quiet(tmp_path)) as app:
        answer = await app.http.get("/metrics")
        assert answer.headers["content-type"].startswith("text/plain")
        assert "asyncio_loop_stalls_total" in answer.text


async def test_the_openapi_document_has_every_operation_once(tmp_path: Path) -> None:
    async with opened(quiet(tmp_path)) as app:
        paths = (await app.http.get("/openapi.json")).json()["paths"]
        operations = [o["operationId"] for path in paths.values() for o in path.values()]
        assert len(operations) == len(set(operations)) == 18
        assert "/v1/collections/{collection_id}/documents/{filename}" in paths


@pytest.mark.parametrize(
    ("name", "value"),
    [("DATABASE_URL", "postgresql://host/db"), ("DATABASE_URL", "sqlite://"), ("DOCSTORE_FILE_THREADS", "0")],
)
def test_a_wrong_setting_is_named_with_what_it_would_take(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError, match=name):
        create_app(read_settings())


def test_a_data_directory_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError, match="DOCSTORE_DATA_DIR"):
        build_server(Settings(data_dir=tmp_path / "file" / "below"), "127.0.0.1", 0)


def test_an_access_line_keeps_its_fields_apart() -> None:
    said = ("1.2.3.4", "GET", "/a", "1.1", 200)
    record = logging.LogRecord("uvicorn.access", logging.INFO, "", 0, '%s "%s %s HTTP/%s" %d', said, None)
    line = JsonFormatter().format(record)
    assert '"method": "GET", "path": "/a", "http_version": "1.1", "status": 200' in line
