"""The demo says what it measured, fails when a claim fails, and leaves nothing behind."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from bench.demo.audit import Audited, Counts, audit
from bench.demo.claims import Claim, Figure, judge_cure, judge_source
from bench.demo.story import Size, Story
from bench.demo.telling import WIDTH, Teller
from bench.load.servers import ROOT
from tests.e2e.demo.processes import find_marked, wait_until_gone

if TYPE_CHECKING:
    from pathlib import Path

NOTHING = Audited("nowhere", (), Counts(0, 0, 0.0), 0)
SMALL = Size(uploads=4, upload_bytes=1024 * 1024, documents=10, document_words=200)


def test_the_auditor_names_the_file_write_the_hash_and_the_insert_with_their_chains() -> None:
    claims = list(judge_source(audit("bench/as_reported")))
    assert len(claims) == 3
    assert all(claim.is_true for claim in claims), claims


def test_an_auditor_that_finds_nothing_fails_the_demo() -> None:
    assert not any(claim.is_true for claim in judge_source(NOTHING))


def test_a_cure_that_is_hardly_better_fails_the_demo() -> None:
    hardly = Figure("/health max", 0.4, 0.1)
    unknown = Figure("/health max", float("nan"), 0.1)
    assert [claim.is_true for claim in judge_cure((hardly, unknown), NOTHING)] == [False, False, True]


def test_a_cure_with_a_finding_fails_the_demo() -> None:
    found = audit("bench/as_reported")
    assert [claim.is_true for claim in judge_cure((), found)] == [False]


@pytest.mark.timeout(180)
def test_the_story_fits_80_columns_without_a_terminal_and_nothing_is_left(tmp_path: Path) -> None:
    output = io.StringIO()
    story = Story(Teller(Console(file=output, width=200, highlight=False)), tmp_path, SMALL)
    story.tell()
    text = output.getvalue()
    assert max(map(len, text.splitlines())) <= WIDTH
    assert "\x1b" not in text
    for expected in (
        "POST /collections/{collection_id}/documents",
        "/health p99",
        "slowest upload",
        "Try next",
    ):
        assert expected in text
    work = [claim for claim in story.claims if "all" in claim.sentence or "names" in claim.sentence]
    assert len(work) == 7
    assert [claim for claim in work if not claim.is_true] == []
    assert wait_until_gone(str(tmp_path), 5) == []


def test_a_failed_claim_is_said_and_counted() -> None:
    output = io.StringIO()
    Teller(Console(file=output, width=80)).show_claims(
        [Claim("It is so.", True), Claim("So is this.", False)], 3
    )
    assert "FAILED  So is this." in output.getvalue()
    assert "1 of 2 claims failed" in output.getvalue()


@pytest.mark.timeout(120)
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_it_stops_everything_and_removes_its_files(
    ending: signal.Signals, tmp_path: Path
) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "bench.demo"],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as demo:
        try:
            until = time.monotonic() + 60
            while not any("bench.load.probe" in line for line in find_marked(str(tmp_path))):
                assert demo.poll() is None
                assert time.monotonic() < until
                time.sleep(0.1)
            demo.send_signal(ending)
            said, _ = demo.communicate(timeout=40)
        finally:
            demo.kill()
    assert demo.returncode == 130
    assert b"Traceback" not in said
    assert wait_until_gone(str(tmp_path), 10) == []
    assert list(tmp_path.iterdir()) == []
