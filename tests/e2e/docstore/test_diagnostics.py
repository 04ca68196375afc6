"""The diagnostics that a setting switches on, on a running service."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING

import httpx2

from tests.e2e.docstore.serving import find_free_port, serving

if TYPE_CHECKING:
    from pathlib import Path


def test_metrics_are_served_beside_the_loop_and_aiomonitor_answers(tmp_path: Path) -> None:
    metrics, console = find_free_port(), find_free_port()
    environment = {"DOCSTORE_METRICS_PORT": str(metrics), "DOCSTORE_AIOMONITOR_PORT": str(console)}
    with serving(tmp_path / "data", environment) as served:
        with served.client() as http:
            http.get("/health/live").raise_for_status()
        beside = httpx2.get(f"http://127.0.0.1:{metrics}/metrics", timeout=10.0, trust_env=False)
        assert 'route="/health/live"' in beside.text
        with socket.create_connection(("127.0.0.1", console), timeout=10) as connection:
            assert connection.recv(1) != b""


def test_responses_say_how_late_the_loop_is_when_asked_to(tmp_path: Path) -> None:
    with serving(tmp_path / "data", {"DOCSTORE_SERVER_TIMING": "1"}) as served, served.client() as http:
        assert http.get("/health/live").headers["server-timing"].startswith("lag;dur=")


def test_the_log_is_one_json_object_a_line(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as served:
        with served.client() as http:
            http.get("/v1/collections?name=a%20b")
        served.stop()
    lines = [json.loads(line) for line in served.log.read_text().splitlines()]
    (access,) = [line for line in lines if line.get("path") == "/v1/collections?name=a%20b"]
    assert (access["method"], access["status"], access["logger"]) == ("GET", 200, "uvicorn.access")
