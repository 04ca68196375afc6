"""The runner of the cases can fail: what is missed, what is too much, and what is malformed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.case_format.collecting import judge_case
from tests.case_format.reading import MalformedCaseError, expected_in, read_cases
from tests.case_format.running import CaseFailedError, run_case

if TYPE_CHECKING:
    from pathlib import Path

    from tests.case_format.reading import Case

BLOCKS = "import time\nasync def f():\n    time.sleep(1)"
ROUTED = f"from fastapi import FastAPI\napp = FastAPI()\n@app.get('/x')\n{BLOCKS.partition(chr(10))[2]}"


def read(folder: Path, text: str) -> list[Case]:
    path = folder / "some.case"
    path.write_text(text, encoding="utf-8")
    return read_cases(path)


def fail(folder: Path, body: str) -> str:
    """The difference that running the case reports."""
    (case,) = read(folder, f"-- title: x\n{body}")
    project = folder / "project"
    project.mkdir()
    with pytest.raises(CaseFailedError) as failure:
        run_case(case, project)
    return str(failure.value)


def test_a_missed_finding_is_a_difference(tmp_path: Path) -> None:
    difference = fail(tmp_path, "[file app.py]\nx = 1  # expect: LA105 time.sleep\n")
    assert "- app.py:1: missed: LA105 time.sleep" in difference


def test_a_finding_too_many_is_a_difference(tmp_path: Path) -> None:
    difference = fail(tmp_path, f"[file app.py]\n{BLOCKS}\n")
    assert "+ app.py:3: not expected: LA105 time.sleep" in difference


@pytest.mark.parametrize(
    "expectation",
    ["LA106 time.sleep", "LA105 time.nap", "LA105 time.sleep via pause", "LA105 time.sleep (info)"],
)
def test_a_finding_that_is_not_quite_the_expected_is_a_difference(tmp_path: Path, expectation: str) -> None:
    assert "missed" in fail(tmp_path, f"[file app.py]\n{BLOCKS}  # expect: {expectation}\n")


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ("[chain]\napp.py:3 app.f -> pause", "no finding has this chain"),
        ("[roots]\napp.py:3 <- GET /x", "reached from ['GET /x'], not from [[]]"),
        ("[routes]\nGET /x app.f", "no such route: GET /x app.f"),
        ("[unparsed]\napp.py", "not reported as unparsed: app.py"),
    ],
)
def test_sections_are_checked(tmp_path: Path, section: str, said: str) -> None:
    assert said in fail(tmp_path, f"[file app.py]\n{BLOCKS}  # expect: LA105 time.sleep\n{section}\n")


def test_a_route_and_a_broken_file_too_many_are_differences(tmp_path: Path) -> None:
    body = f"[file app.py]\nimport time\n{ROUTED}  # expect: LA105 time.sleep\n[file bad.py]\ndef\n[routes]\n"
    difference = fail(tmp_path, body)
    assert "+ route not expected: GET /x" in difference
    assert "+ bad.py: unparsed" in difference


def test_a_difference_names_its_step(tmp_path: Path) -> None:
    body = f"[file app.py]\nx = 1\n[file app.py.2]\n{BLOCKS}\n"
    assert fail(tmp_path, body).startswith("step 2: x")


def test_sections_steps_and_marks_are_read(tmp_path: Path) -> None:
    first, second = read(
        tmp_path,
        "# about\n-- title: one -xfail\n[options]\njobs = 1\n"
        "[file a/b.py]\nx = 1\n[deleted a/b.py.2]\n-- title: two\n",
    )
    assert (first.title, first.is_xfail, first.line) == ("one", True, 2)
    assert first.options == "jobs = 1\n"
    assert first.steps[1].written == {"a/b.py": "x = 1\n"}
    assert first.steps[2].deleted == ["a/b.py"]
    assert (second.title, second.is_xfail) == ("two", False)


def test_an_expectation_of_one_step_is_not_asked_of_another() -> None:
    line = "f()  # expect.2: LA105 time.sleep via a.b -> c (info, likely); LA101 open"
    assert list(expected_in("a.py", line, 1)) == []
    both = list(expected_in("a.py", line, 2))
    assert [(one.code, one.primitive, one.via) for one in both] == [
        ("LA105", "time.sleep", ("a.b", "c")),
        ("LA101", "open", ()),
    ]
    assert both[0].notes == {"info", "likely"}


@pytest.mark.parametrize(
    "text", ["[file a.py]\n-- title: x\n", "-- title: x\nstray words\n"], ids=["no title", "no section"]
)
def test_a_malformed_file_is_an_error(tmp_path: Path, text: str) -> None:
    with pytest.raises(MalformedCaseError):
        read(tmp_path, text)


def test_a_malformed_expectation_is_an_error() -> None:
    with pytest.raises(MalformedCaseError):
        list(expected_in("a.py", "f()  # expect: sleep", 1))


@pytest.mark.parametrize(
    ("line", "outcome"), [("x = 1  # expect: LA105 time.sleep", "xfailed"), ("x = 1", "failed")]
)
def test_an_xfail_that_passes_is_a_failure(tmp_path: Path, line: str, outcome: str) -> None:
    (case,) = read(tmp_path, f"-- title: x -xfail\n[file app.py]\n{line}\n")
    with pytest.raises(pytest.xfail.Exception if outcome == "xfailed" else CaseFailedError):
        judge_case(case, tmp_path / "sub")
