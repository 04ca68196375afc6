"""What the documents tell a reader to type exists."""

from __future__ import annotations

import re

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


def test_every_link_leads_to_a_file() -> None:
    dead = [
        f"{path}: {match[1]}"
        for path in list_documents()
        for match in LINK.finditer(read(path))
        if not (ROOT / path).parent.joinpath(match[1]).exists()
    ]
    assert dead == []
