"""One service, one load, one measurement: started, loaded, diagnosed, stopped."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from bench.load.drive import Plan
from bench.load.live import Diagnosis, fetch_metrics, read_metric, read_stalls
from bench.load.report import LoadReport
from bench.load.servers import ROOT, Running, Service, find_free_port, run_docstore, run_uvicorn, running

if TYPE_CHECKING:
    from pathlib import Path

    from bench.load.payloads import Payloads

THRESHOLD_SECONDS = 0.05
LONGEST_RUN_SECONDS = 240.0


class LoadError(RuntimeError):
    """The load could not be put on; the text says why."""


@dataclass(frozen=True)
class Subject:
    """A service to be measured, by the name of its adapter."""

    name: str
    command: tuple[str, ...]
    health_path: str


AS_REPORTED = Subject("as_reported", run_uvicorn("bench.as_reported.api:app"), "/health")
AIOFILES = Subject("aiofiles", run_uvicorn("bench.docstore.aiofiles_app:app"), "/health")
DOCSTORE = Subject("docstore", run_docstore(), "/health/live")


@dataclass(frozen=True)
class Measured:
    """What clients saw, and what the loop's own diagnostics saw."""

    load: LoadReport
    diagnosis: Diagnosis


def measure(subject: Subject, payloads: Payloads, folder: Path) -> Measured:
    """Run the service below `folder` under the load, and stop it. Raises ServerError or LoadError."""
    folder = folder.absolute()
    evidence, metrics_port = folder / "evidence.jsonl", find_free_port()
    with running(watch(subject, folder, evidence, metrics_port), folder) as service:
        load = put_load(subject, payloads, service)
        lag_max_seconds = read_metric(fetch_metrics(metrics_port), "asyncio_loop_lag_max_seconds")
    stalls = read_stalls(evidence)
    longest = max((stall.duration_seconds for stall in stalls), default=0.0)
    return Measured(load, Diagnosis(stalls, max(lag_max_seconds, longest)))


def watch(subject: Subject, folder: Path, evidence: Path, metrics_port: int) -> Service:
    """The service with its diagnostics on, all of its data below `folder`."""
    environment = {
        "AS_REPORTED_DATA_FOLDER": str(folder / "data"),
        "AS_REPORTED_WATCH_LOOP": "1",
        "DOCSTORE_DATA_DIR": str(folder / "data"),
        "LOOPAUDIT_EVIDENCE_PATH": str(evidence),
        "LOOPAUDIT_METRICS_PORT": str(metrics_port),
        "LOOPAUDIT_THRESHOLD_SECONDS": str(THRESHOLD_SECONDS),
    }
    return Service(subject.command, subject.health_path, environment)


def put_load(subject: Subject, payloads: Payloads, service: Running) -> LoadReport:
    """Drive the load from a process of its own."""
    plan = Plan(
        subject.name, service.url, tuple(map(str, payloads.large)), tuple(map(str, payloads.documents))
    )
    with subprocess.Popen(
        [sys.executable, "-m", "bench.load.drive"], cwd=ROOT,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as driver:  # fmt: skip
        try:
            seen, said = driver.communicate(msgspec.json.encode(plan), timeout=LONGEST_RUN_SECONDS)
        except BaseException:
            driver.kill()
            raise
    if driver.returncode != 0:
        raise LoadError(f"the load on {subject.name} failed: {said.decode(errors='replace')[-2000:]}")
    return msgspec.json.decode(seen, type=LoadReport)
