"""A file fits a reader's head: 250 lines, 40 a function. Who needs more says why, here."""

from __future__ import annotations

import ast
from functools import cache
from typing import TYPE_CHECKING

import pytest

from tests.meta.repository import list_python, read

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.needs("git")

FILE_LINES = 250
FUNCTION_LINES = 40

# path or path::function -> (lines allowed, why it is clearer whole). An entry no longer needed fails too.
EXCEPTIONS: dict[str, tuple[int, str]] = {
    "audit/loopaudit/static/facts.py": (260, "all that a file becomes, one value after the other: a list"),
    "audit/loopaudit/static/propagate/entries.py": (258, "the ways in which a framework takes in a handler"),
    "tests/robustness/mutations.py": (320, "a list of small mutations, each a function of a few lines"),
    "tests/robustness/tortures.py": (290, "a list of hostile programs, each a function of a few lines"),
    "tests/static/test_summarise_shapes.py": (270, "a list of shapes of source, each a few lines"),
}

FOLDERS = ("audit", "server", "tests", "bench")
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}


@cache
def measure() -> tuple[tuple[str, int, int], ...]:
    """Every file and function as (name, lines, lines allowed without an exception)."""
    return tuple(measure_each())


def measure_each() -> Iterator[tuple[str, int, int]]:
    """Yield what `measure` keeps."""
    for path in list_python(*FOLDERS):
        source = read(path)
        yield path, len(source.splitlines()), FILE_LINES
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
                yield f"{path}::{node.name}", node.end_lineno - node.lineno + 1, FUNCTION_LINES


def test_no_file_and_no_function_is_longer_than_allowed() -> None:
    long = [
        f"{name}: {lines} lines, {EXCEPTIONS.get(name, (allowed, ''))[0]} allowed"
        for name, lines, allowed in measure()
        if lines > EXCEPTIONS.get(name, (allowed, ""))[0]
    ]
    assert not long, "split these, or name the exception and its reason:\n" + "\n".join(long)


def test_every_exception_is_still_needed_and_says_why() -> None:
    needed = {name for name, lines, allowed in measure() if lines > allowed}
    assert set(EXCEPTIONS) <= needed
    assert all(reason for _, reason in EXCEPTIONS.values())


def test_no_file_has_a_name_that_says_nothing() -> None:
    vague = [path for path in list_python(*FOLDERS) if VAGUE_NAMES & {*path.removesuffix(".py").split("/")}]
    assert not vague, f"a file is one idea and its name is that idea: {vague}"
