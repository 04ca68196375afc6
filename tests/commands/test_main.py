"""`check` and `routes` on small projects: exit codes, and sentences instead of tracebacks."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from loopaudit.commands.main import run

if TYPE_CHECKING:
    from collections.abc import Iterator

NOBODY = 65534

BLOCKING = "import time\n\n\nasync def f() -> None:\n    time.sleep(1)\n"
CLEAN = "import asyncio\n\n\nasync def f() -> None:\n    await asyncio.sleep(1)\n"
ENDPOINT = """\
import time
from fastapi import FastAPI

app = FastAPI()

@app.get("/slow")
async def slow() -> None:
    time.sleep(1)

@app.get("/quick")
def quick() -> None: ...
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project that is the working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(project: Path, name: str, text: str) -> None:
    (project / name).write_text(text, encoding="utf-8")


def test_a_clean_project_ends_in_0(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(project, "app.py", CLEAN)
    assert run(["check"]) == 0
    assert capsys.readouterr().out.startswith("Nothing blocks the event loop.")


def test_findings_end_in_1(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(project, "app.py", BLOCKING)
    assert run(["check"]) == 1
    assert capsys.readouterr().out.startswith(
        "app.py:5:5: LA105 error: `time.sleep` sleeps on the event loop"
    )


@pytest.mark.parametrize(
    "arguments",
    [["--exit-zero"], ["--ignore", "LA105"], ["--select", "LA101,LA102"], ["--exclude", "app.py"]],
)
def test_findings_that_are_not_wanted_end_in_0(project: Path, arguments: list[str]) -> None:
    write(project, "app.py", BLOCKING)
    assert run(["check", *arguments]) == 0


def test_fail_on_lets_milder_findings_pass(project: Path) -> None:
    write(project, "app.py", "from pathlib import Path\nasync def f():\n    Path('x').read_text()\n")
    assert run(["check", "--fail-on", "error"]) == 0
    assert run(["check", "--fail-on", "warning"]) == 1


def test_json_is_one_object_with_version_1(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(project, "app.py", BLOCKING)
    assert run(["check", "--output-format", "json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert document["version"] == 1
    assert [(found["rule"], found["path"]) for found in document["findings"]] == [("LA105", "app.py")]


def test_no_cache_leaves_no_trace(project: Path) -> None:
    write(project, "app.py", CLEAN)
    run(["check", "--no-cache"])
    assert [path.name for path in project.iterdir()] == ["app.py"]


def test_a_broken_file_ends_in_2_after_the_others_were_audited(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(project, "app.py", BLOCKING)
    write(project, "bad.py", "def f( -> None:\n")
    assert run(["check", "--output-format", "json"]) == 2
    printed = capsys.readouterr()
    assert printed.err.startswith("loopaudit: bad.py could not be audited: mend or `exclude` it.")
    document = json.loads(printed.out)
    assert len(document["findings"]) == 1
    assert document["unparsed"][0]["path"] == "bad.py"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["check", "gone"], "there is no file or folder"),
        (["check", "--rows", "gone.toml"], "`rows`: there is no file or folder"),
        (["check", "--config", "gone.toml"], "cannot be read"),
        (["check", "--select", "LA9"], "did you mean LA109?"),
        (["check", "--selct", "LA1"], "--select"),
        (["check", "--confidence", "sure"], "'certain', 'likely', 'possible'"),
        (["check", "--jobs", "many"], "'many' is not a valid integer"),
        (["explain", "LA1O5"], "did you mean LA105?"),
        (["chek"], "did you mean `check`?"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_ends_in_2(
    project: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    write(project, "app.py", CLEAN)
    assert run(arguments) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert said in printed.err
    assert "Traceback" not in printed.err


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ('selct = ["LA1"]', "unknown key `selct`; did you mean `select`?"),
        ("include_tests = true", "unknown key `include_tests`; did you mean `include-tests`?"),
        ("zebra = 1", "unknown key `zebra`; known keys: "),
        ('select = "LA1"', '`select` must be a list of strings, such as ["..."].'),
        ("exit-zero = 1", "`exit-zero` must be true or false."),
        ('fail-on = "never"', "`fail-on` must be one of error, warning, info."),
        ('ignore = ["LA999"]', "`ignore`: no rule begins with 'LA999'"),
        ('paths = ["gone"]', "`paths`: there is no file or folder"),
        ("select = [", "not valid TOML"),
    ],
)
def test_bad_configuration_names_file_and_key(
    project: Path, capsys: pytest.CaptureFixture[str], table: str, said: str
) -> None:
    write(project, "pyproject.toml", f"[tool.loopaudit]\n{table}\n")
    assert run(["check"]) == 2
    sentence = capsys.readouterr().err
    assert str(project / "pyproject.toml") in sentence
    assert said in sentence
    assert sentence.count("\n") == 1


def test_a_bad_row_names_its_file_and_the_nearest_word(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(project, "rows.toml", '[[group]]\nkind = "netwrk"\n[group.rows]\n"a.b" = {}\n')
    assert run(["check", "--rows", "rows.toml"]) == 2
    sentence = capsys.readouterr().err
    assert "rows.toml" in sentence
    assert "did you mean 'network'?" in sentence


@pytest.fixture
def nobody() -> Iterator[None]:
    """Root may read every folder: the test runs as somebody else where it can."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def test_an_unreadable_folder_is_one_sentence(
    nobody: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        closed = Path(folder, "closed")
        closed.mkdir(mode=0)
        monkeypatch.chdir(folder)
        assert run(["check", "closed"]) == 2
        assert "cannot be read" in capsys.readouterr().err
        monkeypatch.undo()
        closed.chmod(0o700)


def test_routes_shows_what_blocks(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(project, "app.py", ENDPOINT)
    assert run(["routes"]) == 1
    table = capsys.readouterr().out.splitlines()
    assert table[1].split() == ["GET", "/slow", "async", "def", "app.slow", "loop", "blocks"]
    assert table[3].split() == ["GET", "/quick", "def", "app.quick", "thread", "pool", "clean"]


def test_routes_as_json(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(project, "app.py", ENDPOINT)
    assert run(["routes", "--output-format", "json", "--exit-zero"]) == 0
    routes = json.loads(capsys.readouterr().out)["routes"]
    assert [(route["route"], route["verdict"]) for route in routes] == [
        ("/slow", "blocks"),
        ("/quick", "clean"),
    ]


@pytest.mark.parametrize(("variable", "has_colour"), [("NO_COLOR", False), ("FORCE_COLOR", True)])
def test_colours_follow_the_environment(
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    variable: str,
    has_colour: bool,
) -> None:
    monkeypatch.setenv(variable, "1")
    write(project, "app.py", BLOCKING)
    run(["check"])
    assert ("\x1b[" in capsys.readouterr().out) is has_colour
