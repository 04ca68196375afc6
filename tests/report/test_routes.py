"""Every endpoint with its verdict."""

from __future__ import annotations

import json

import click
import msgspec
import pytest
from loopaudit.findings import Audit
from loopaudit.report.canvas import Canvas
from loopaudit.report.routes import judge_routes, render_routes, render_routes_json

from tests.report.audits import STATS, make_audit, make_findings


def render(audit: Audit, width: int | None = None) -> list[str]:
    return [click.unstyle(line) for line in render_routes(judge_routes(audit), Canvas(width))]


def test_the_table_begins_with_what_blocks_and_shows_its_worst_chain() -> None:
    assert render(make_audit()) == [
        "METHOD  ROUTE                       HANDLER               RUNS ON      VERDICT",
        "POST    /v1/documents/{collection}  async def api.upload  loop         blocks",
        "    f → save → sqlalchemy.orm.Session.commit  app.py:5",
        "GET     /health                     def api.health        thread pool  clean",
        "",
        "2 endpoints, 1 of them block the event loop.",
    ]


@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_table_fits_the_terminal(width: int) -> None:
    assert [line for line in render(make_audit(), width) if len(line) > width] == []


def test_a_suppressed_finding_does_not_condemn_its_route() -> None:
    suppressed = [msgspec.structs.replace(finding, suppressed=True) for finding in make_findings()]
    assert [line.verdict for line in judge_routes(make_audit(*suppressed))] == ["clean", "clean"]


def test_a_milder_finding_is_a_milder_verdict() -> None:
    assert [line.verdict for line in judge_routes(make_audit(make_findings()[1]))] == ["may block", "clean"]


def test_a_project_without_endpoints_is_told_so() -> None:
    (line,) = render(Audit((), (), (), STATS))
    assert line.startswith("No endpoint found.")


def test_json_names_the_findings_and_the_worst_chain() -> None:
    document = json.loads(render_routes_json(judge_routes(make_audit())))
    worst, clean = document["routes"]
    assert (document["version"], worst["verdict"], clean["verdict"]) == (1, "blocks", "clean")
    assert worst["findings"] == [finding.fingerprint for finding in make_findings()]
    assert worst["worst_chain"][-1]["calls"] == "sqlalchemy.orm.Session.commit"
    assert clean["worst_chain"] == []
