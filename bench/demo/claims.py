"""What the demo says is so. It ends with 0 only when every sentence held."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.demo.audit import Audited, Wanted, find_on_route
from bench.load.report import find_max, find_quantile

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bench.load.experiment import Measured

UPLOAD_ROUTE = "/collections/{collection_id}/documents"
PROCESS_ROUTE = "/collections/{collection_id}/process"
REPORTED_CALLS = (
    Wanted("the file write", "file", ("open", ".write")),
    Wanted("the hash", "hash", ("hashlib.sha256",)),
    Wanted("the database insert", "database", ("Session.commit",)),
)
TIMES_BETTER = 5.0
"""By how much the cure must be better on every figure, at least; in peace it is 50 times and more."""


@dataclass(frozen=True)
class Claim:
    """A sentence, and whether it held."""

    sentence: str
    is_true: bool


@dataclass(frozen=True)
class Figure:
    """One row of the table: the same thing measured on both services, in seconds."""

    name: str
    reported_seconds: float
    docstore_seconds: float

    @property
    def times_better(self) -> float:
        """How many times longer the reported service takes; not a number stays not a number."""
        return self.reported_seconds / max(self.docstore_seconds, 1e-6)


def compare(reported: Measured, docstore: Measured) -> tuple[Figure, ...]:
    """The rows of the table."""

    def row(name: str, one: float, other: float) -> Figure:
        return Figure(name, one, other)

    healths = reported.load.health.latencies_seconds, docstore.load.health.latencies_seconds
    return (
        row("/health p99", *(find_quantile(health, 0.99) for health in healths)),
        row("/health max", *map(find_max, healths)),
        row("slowest upload", find_max(reported.load.upload_seconds), find_max(docstore.load.upload_seconds)),
        row("loop lag max", reported.diagnosis.lag_max_seconds, docstore.diagnosis.lag_max_seconds),
    )


def judge_source(reported: Audited) -> Iterable[Claim]:
    """The three blocking calls of the report are named, on the route of the upload."""
    for wanted in REPORTED_CALLS:
        found = find_on_route(reported, wanted, UPLOAD_ROUTE)
        yield Claim(f"The auditor names {wanted.name}, with its chain and its route.", found is not None)


def judge_load(name: str, measured: Measured, uploads: int, documents: int) -> Iterable[Claim]:
    """Every upload arrived and every document was processed: neither service got away with less work."""
    load = measured.load
    arrived = len(load.upload_seconds) == uploads and not load.upload_errors
    yield Claim(f"{name}: all {uploads} uploads arrived.", arrived)
    yield Claim(f"{name}: all {documents} documents were processed.", load.documents == documents)
    yield Claim(f"{name}: every health probe was answered.", not load.health.failed)


def judge_stalls(reported: Measured) -> Iterable[Claim]:
    """The freeze was caught alive, with its line and its route."""
    caught = any(
        stall.route == PROCESS_ROUTE and stall.where is not None and "as_reported" in stall.where.path
        for stall in reported.diagnosis.stalls
    )
    yield Claim("The diagnostics caught the freeze alive, with line and route.", caught)


def judge_cure(figures: tuple[Figure, ...], server: Audited) -> Iterable[Claim]:
    """The docstore is better by far, and its source is clean."""
    for figure in figures:
        sentence = f"{figure.name}: the docstore is at least {TIMES_BETTER:g} times better."
        yield Claim(sentence, figure.times_better >= TIMES_BETTER)
    yield Claim("The auditor finds nothing in the docstore.", server.is_clean)
