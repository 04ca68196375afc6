"""The cure against the complaint: both services, one load, one run, and ratios with wide margins."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from bench.load.experiment import AS_REPORTED, DOCSTORE, Measured, measure
from bench.load.payloads import MEBIBYTE, write_payloads
from bench.load.report import find_max, find_quantile

UPLOADS, DOCUMENTS = 8, 60
AT_LEAST_TIMES_BETTER = 5.0
pytestmark = pytest.mark.timeout(180)


@dataclass(frozen=True)
class Pair:
    """The same load on both."""

    reported: Measured
    docstore: Measured


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    folder = tmp_path_factory.mktemp("comparison")
    payloads = write_payloads(
        folder / "files",
        large_count=UPLOADS,
        large_bytes=2 * MEBIBYTE,
        document_count=DOCUMENTS,
        document_words=1500,
    )
    return Pair(measure(AS_REPORTED, payloads, folder / "r"), measure(DOCSTORE, payloads, folder / "d"))


@pytest.mark.parametrize("name", ["reported", "docstore"])
def test_both_do_all_of_the_work(pair: Pair, name: str) -> None:
    load = (pair.reported if name == "reported" else pair.docstore).load
    assert load.upload_errors == ()
    assert len(load.upload_seconds) == UPLOADS
    assert load.documents == DOCUMENTS
    assert load.health.failed == 0


def test_health_is_answered_while_a_collection_is_processed(pair: Pair) -> None:
    reported, docstore = (
        find_max(each.load.health.latencies_seconds) for each in (pair.reported, pair.docstore)
    )
    assert reported > AT_LEAST_TIMES_BETTER * docstore


def test_hardly_any_health_answer_is_late(pair: Pair) -> None:
    reported, docstore = (
        find_quantile(each.load.health.latencies_seconds, 0.99) for each in (pair.reported, pair.docstore)
    )
    assert reported > AT_LEAST_TIMES_BETTER * docstore


def test_the_loop_is_less_late(pair: Pair) -> None:
    reported, docstore = (each.diagnosis.lag_max_seconds for each in (pair.reported, pair.docstore))
    assert reported > AT_LEAST_TIMES_BETTER * docstore


def test_an_upload_does_not_wait_for_the_processing(pair: Pair) -> None:
    assert find_max(pair.docstore.load.upload_seconds) < pair.docstore.load.processing_seconds
    assert find_max(pair.reported.load.upload_seconds) > find_max(pair.docstore.load.upload_seconds)


def test_the_freeze_is_caught_alive_with_its_line_and_its_route(pair: Pair) -> None:
    longest = pair.reported.diagnosis.stalls[0]
    assert longest.route == "/collections/{collection_id}/process"
    assert longest.method == "POST"
    assert longest.where is not None
    assert Path(longest.where.path).parts[-2] == "as_reported"
    assert longest.duration_seconds > AT_LEAST_TIMES_BETTER * sum(
        stall.duration_seconds for stall in pair.docstore.diagnosis.stalls[:1]
    )
