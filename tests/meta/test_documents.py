"""What the documents tell a reader to type exists."""

from __future__ import annotations

import re
import subprocess
import sys

import click
import pytest
from loopaudit.commands.main import GROUP

from tests.meta.repository import ROOT, list_tracked, read

pytestmark = pytest.mark.needs("git")

TARGET = re.compile(r"^([a-z][a-z-]*):(?!=)", re.MULTILINE)
LISTED = re.compile(r"^([a-z][a-z-]*):.* ## ", re.MULTILINE)
CODE = re.compile(r"^```.*?\n(.*?)^```|`([^`\n]+)`", re.MULTILINE | re.DOTALL)
MAKE = re.compile(r"^(?:\$ )?make ([a-z][a-z-]*)", re.MULTILINE)
LOOPAUDIT = re.compile(r"^(?:\$ )?loopaudit ([a-z][a-z-]*)", re.MULTILINE)
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")
# Read as data by tests and benches; not addressed to a reader of this repository.
DATA = ("tests/corpus/", "bench/as_reported/")


def list_documents() -> list[str]:
    """Every tracked Markdown file that speaks to a reader."""
    return [path for path in list_tracked() if path.endswith(".md") and not path.startswith(DATA)]


def find_commands(pattern: re.Pattern[str]) -> set[tuple[str, str]]:
    """Every (document, name) that a fenced block or a span in backticks tells the reader to type."""
    return {
        (path, match[1])
        for path in list_documents()
        for code in CODE.finditer(read(path))
        for match in pattern.finditer(code[1] or code[2])
    }


def test_every_make_target_in_the_documents_exists() -> None:
    targets = set(TARGET.findall(read("Makefile")))
    assert {(path, name) for path, name in find_commands(MAKE) if name not in targets} == set()


def test_help_lists_every_target() -> None:
    assert set(LISTED.findall(read("Makefile"))) == set(TARGET.findall(read("Makefile")))


def test_the_readme_names_the_two_commands() -> None:
    named = {name for path, name in find_commands(MAKE) if path == "README.md"}
    assert {"demo", "test"} <= named


def test_every_command_in_the_documents_exists() -> None:
    known = GROUP.list_commands(click.Context(GROUP))
    assert {(path, name) for path, name in find_commands(LOOPAUDIT) if name not in known} == set()


def find_block(heading: str) -> str:
    """The text of the first `text` block under a heading of the README, its line breaks taken for spaces."""
    section = read("README.md").split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return " ".join(section.split("```text\n", 1)[1].split("```", 1)[0].split())


def test_the_finding_in_the_readme_is_what_is_printed() -> None:
    command = [sys.executable, "-m", "loopaudit", "check", "--no-cache", "bench/as_reported"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=30)
    assert find_block("A finding") in " ".join(done.stdout.split())


def test_the_stall_in_the_readme_names_a_line_that_makes_the_call() -> None:
    stall = re.search(r" at (\S+):(\d+) in \S+ \((\S+)\), [A-Z]+ /\S+ \[", find_block("A stall"))
    assert stall is not None
    path, line, primitive = stall.groups()
    assert primitive.rpartition(".")[2] in read(path).splitlines()[int(line) - 1]


def test_every_link_leads_to_a_file() -> None:
    dead = [
        f"{path}: {match[1]}"
        for path in list_documents()
        for match in LINK.finditer(read(path))
        if not (ROOT / path).parent.joinpath(match[1]).exists()
    ]
    assert dead == []
