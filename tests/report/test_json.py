"""The JSON contract: exactly these keys, in every object."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
from loopaudit.findings import Unparsed
from loopaudit.report.json import describe_document, render_json

from tests.report.audits import make_audit, make_findings

FINDING = {
    "rule", "kind", "severity", "confidence", "path", "line", "column", "end_line", "function", "message",
    "primitive", "advice", "chain", "roots", "fingerprint", "suppressed",
}  # fmt: skip


def test_the_keys_are_those_of_the_contract() -> None:
    document = json.loads(render_json(make_audit(unparsed=(Unparsed("bad.py", "line 1: no"),))))
    assert list(document) == ["version", "findings", "unparsed", "stats"]
    assert document["version"] == 1
    assert set(document["findings"][0]) == FINDING
    assert set(document["findings"][0]["chain"][0]) == {"path", "line", "column", "function", "calls"}
    assert set(document["findings"][0]["roots"][0]) == {"kind", "method", "route", "function", "path", "line"}
    assert document["unparsed"] == [{"path": "bad.py", "message": "line 1: no"}]
    assert set(document["stats"]) == {"files", "lines", "functions", "calls", "unresolved_on_loop", "seconds"}


def test_suppressed_findings_are_there_and_marked() -> None:
    first, second = make_findings()
    document = json.loads(render_json(make_audit(msgspec.structs.replace(first, suppressed=True), second)))
    assert [finding["suppressed"] for finding in document["findings"]] == [True, False]


def test_a_file_name_that_is_no_utf8_is_escaped() -> None:
    document = json.loads(render_json(make_audit(unparsed=(Unparsed("bad\udcff.py", "no"),))))
    assert document["unparsed"][0]["path"] == "bad\udcff.py"


def test_findings_come_back_as_they_were() -> None:
    document = json.loads(render_json(make_audit()))
    first = make_findings()[0]
    assert msgspec.convert(document["findings"][0], type(first)) == first


def test_the_published_schema_is_that_of_the_document() -> None:
    published = Path(__file__).parents[2] / "docs" / "check-output.schema.json"
    assert published.read_text(encoding="utf-8") == describe_document()
