"""The order of things: read the source, watch both services under one load, read the cure's source."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bench.demo.audit import audit, find_on_route
from bench.demo.claims import (
    REPORTED_CALLS,
    UPLOAD_ROUTE,
    Claim,
    compare,
    judge_cure,
    judge_load,
    judge_source,
    judge_stalls,
)
from bench.load.experiment import AS_REPORTED, DOCSTORE, THRESHOLD_SECONDS, measure
from bench.load.payloads import MEBIBYTE, write_payloads

if TYPE_CHECKING:
    from pathlib import Path

    from bench.demo.telling import Teller


@dataclass(frozen=True)
class Size:
    """How much load is put on."""

    uploads: int = 24
    upload_bytes: int = 5 * MEBIBYTE
    documents: int = 100
    document_words: int = 1500


@dataclass
class Story:
    """Tells it once; `claims` fills as it goes."""

    teller: Teller
    folder: Path
    size: Size = Size()
    claims: list[Claim] = field(default_factory=list)

    def tell(self) -> bool:
        """The whole story; True when every claim held."""
        started = time.perf_counter()
        self.teller.open()
        self.read_the_source()
        self.watch_it_run()
        self.teller.begin(4, "What was claimed")
        self.teller.show_claims(self.claims, time.perf_counter() - started)
        self.teller.suggest()
        return all(claim.is_true for claim in self.claims)

    def read_the_source(self) -> None:
        """Chapter one: no code is run, nothing it needs is installed."""
        self.teller.begin(1, "Read the source of the service as it was reported")
        self.teller.show_command("loopaudit check bench/as_reported")
        audited = audit("bench/as_reported")
        for wanted in REPORTED_CALLS:
            finding = find_on_route(audited, wanted, UPLOAD_ROUTE)
            if finding is not None:
                self.teller.show_finding(wanted.name, finding, UPLOAD_ROUTE)
        self.teller.show_audit(audited)
        self.claims.extend(judge_source(audited))

    def watch_it_run(self) -> None:
        """Chapters two and three: both services, the same load, and the cure's source."""
        size = self.size
        self.teller.begin(2, "Run it and the cure under the same load, diagnostics on")
        what = f"{size.uploads} files of {size.upload_bytes // MEBIBYTE} MiB and {size.documents} documents"
        with self.teller.waiting(f"written: {what}"):
            payloads = write_payloads(
                self.folder / "files",
                large_count=size.uploads,
                large_bytes=size.upload_bytes,
                document_count=size.documents,
                document_words=size.document_words,
            )
        with self.teller.waiting("measured: the service as it was reported"):
            reported = measure(AS_REPORTED, payloads, self.folder / "as_reported")
        with self.teller.waiting("measured: the docstore"):
            docstore = measure(DOCSTORE, payloads, self.folder / "docstore")
        figures = compare(reported, docstore)
        self.teller.show_figures(figures)
        self.teller.show_stalls("as reported", reported, THRESHOLD_SECONDS)
        self.teller.show_stalls("docstore", docstore, THRESHOLD_SECONDS)
        self.teller.begin(3, "Read the source of the cure")
        self.teller.show_command("loopaudit check server")
        server = audit("server")
        self.teller.show_audit(server)
        self.teller.list_findings(server)
        for name, measured in (("As reported", reported), ("Docstore", docstore)):
            self.claims.extend(judge_load(name, measured, size.uploads, size.documents))
        self.claims.extend(judge_stalls(reported))
        self.claims.extend(judge_cure(figures, server))
