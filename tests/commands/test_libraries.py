"""`--python`: what a user sees of the libraries that are read, and of an environment that is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from loopaudit.commands.main import run
from loopaudit.static import libraries

if TYPE_CHECKING:
    from pathlib import Path

    from loopaudit.static.discover import SourceFile
    from loopaudit.static.workers import Facts

SITE = ".venv/lib/python3.12/site-packages"
LIBRARY = "import requests\n\n\ndef fetch(url):\n    return requests.get(url, timeout=1)\n"
APP = "import somelib\n\n\nasync def f(url: str) -> None:\n    somelib.fetch(url)\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project beside its environment, with a cache folder of this test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    folder = tmp_path / "project"
    site = folder / SITE
    site.mkdir(parents=True)
    (site / "somelib.py").write_text(LIBRARY)
    (folder / "app.py").write_text(APP)
    monkeypatch.chdir(folder)
    return folder


def test_a_chain_leads_through_the_library_and_the_advice_is_about_the_call(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["check", "--python", ".venv"]) == 1
    printed = capsys.readouterr().out
    assert printed.startswith("app.py:5:5: LA102 error: `requests.get` waits for the network")
    assert "site-packages/somelib.py:5:12" in printed
    assert str(project) not in printed
    assert "instead: an async API of `somelib`, if it has one. Or move" in printed
    assert "await asyncio.to_thread(fetch, ...)" in printed
    assert run(["check"]) == 0


def test_where_to_start_is_a_line_of_the_project(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "app.py").write_text(f"{APP}    somelib.fetch(url)\n")
    run(["check", "--python", ".venv"])
    start = capsys.readouterr().out.partition("start with\n")[2].splitlines()
    assert [line.split()[0] for line in start[:2]] == ["app.py:5:5", "app.py:6:5"]


def test_the_file_names_an_environment_relative_to_itself(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "pyproject.toml").write_text('[tool.loopaudit]\npython = ".venv"\npaths = ["."]\n')
    (project / "deep").mkdir()
    monkeypatch.chdir(project / "deep")
    assert run(["check"]) == 1


def test_routes_follow_libraries_too(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    web = "from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get('/')\nasync def f"
    (project / "app.py").write_text(APP.replace("async def f", web))
    run(["routes", "--python", ".venv"])
    assert "requests.get" in capsys.readouterr().out


@pytest.mark.parametrize("asked", ["missing", ".", "app.py"])
def test_what_is_no_environment_is_one_sentence_and_ends_in_2(
    project: Path, asked: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["check", "--python", asked]) == 2
    complaint = capsys.readouterr().err
    assert complaint.count("\n") == 1
    assert complaint.startswith("loopaudit: `python`: ")
    assert ".venv" in complaint or "holds one" in complaint


def test_a_configured_path_that_is_none_names_file_and_key(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "pyproject.toml").write_text('[tool.loopaudit]\npython = "venv"\n')
    assert run(["check"]) == 2
    assert "pyproject.toml: [tool.loopaudit]: `python`: there is no " in capsys.readouterr().err
    (project / "pyproject.toml").write_text("[tool.loopaudit]\npython = 3.12\n")
    assert run(["check"]) == 2
    assert "`python` must be a string" in capsys.readouterr().err


def test_nothing_is_read_again_until_something_changes(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    read = libraries.Libraries.read

    def note(self: libraries.Libraries, file: SourceFile) -> Facts | None:
        asked.append(file.relative)
        return read(self, file)

    monkeypatch.setattr(libraries.Libraries, "read", note)
    arguments = ["check", "--python", ".venv"]
    assert run(arguments) == 1
    assert asked
    asked.clear()
    assert run(arguments) == 1
    assert asked == []
    (project / SITE / "somelib.py").write_text("def fetch(url):\n    return url\n")
    assert run(arguments) == 0
    info = project / SITE / "somelib-2.0.dist-info"
    info.mkdir()
    asked.clear()
    assert run(arguments) == 0
    assert asked


def test_what_was_left_unread_is_said_on_stderr(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    none_at_all = libraries.Bounds(source_bytes=0)
    monkeypatch.setattr(libraries, "Bounds", lambda: none_at_all)
    assert run(["check", "--python", ".venv"]) == 0
    assert "larger than what one run follows" in capsys.readouterr().err
