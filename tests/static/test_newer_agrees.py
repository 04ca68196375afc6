"""Newer syntax gives the tree that a newer interpreter makes of it, node for node and place for place."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from loopaudit.static.lower.newer.translate import translate
from loopaudit.static.lower.parse import Parsed, parse

from tests.static import outlines
from tests.static.interpreters import find_interpreter
from tests.static.newer_sources import PYTHON_3_12, PYTHON_3_13

SOURCES = {"3.12": PYTHON_3_12, "3.13": {**PYTHON_3_12, **PYTHON_3_13}}
LIBRARY = (
    "test_fstring.py",
    "test_type_params.py",
    "test_type_aliases.py",
    "test_patma.py",
    "test_grammar.py",
)
"""Of the tests of the newer interpreter's own library, what its syntax is tested with."""


def interpreter(version: str) -> str:
    found = find_interpreter(version)
    if found is None:
        pytest.skip(f"no Python {version} on this machine")
    return found


def outlines_by(program: str, sources: list[str]) -> list[object]:
    done = subprocess.run(
        [program, "-I", outlines.__file__],
        input=json.dumps(sources),
        capture_output=True,
        text=True,
        check=True,
        timeout=50,
    )
    found: list[object] = json.loads(done.stdout)
    return found


def outline_here(source: str) -> object:
    parsed = parse(source.encode())
    assert isinstance(parsed, Parsed), parsed
    return json.loads(json.dumps(outlines.outline(parsed.tree)))


@pytest.mark.parametrize("version", SOURCES)
def test_every_construct_has_the_tree_of_a_newer_interpreter(version: str) -> None:
    sources = SOURCES[version]
    expected = outlines_by(interpreter(version), list(sources.values()))
    for (title, source), tree in zip(sources.items(), expected, strict=True):
        told = outlines.difference(outline_here(source), tree)
        assert not told, title


@pytest.mark.parametrize("version", ["3.12", "3.13"])
def test_the_tests_of_a_newer_library_have_the_trees_of_its_interpreter(version: str) -> None:
    program = interpreter(version)
    asked = subprocess.run(
        [program, "-I", "-c", "import sysconfig; print(sysconfig.get_path('stdlib'))"],
        capture_output=True,
        text=True,
        check=True,
    )
    folder = Path(asked.stdout.strip()) / "test"
    sources = [(folder / name).read_text("utf-8") for name in LIBRARY if (folder / name).exists()]
    if not sources:
        pytest.skip("the library came without its tests")
    for source, tree in zip(sources, outlines_by(program, sources), strict=True):
        told = outlines.difference(outline_here(source), tree)
        assert not told


def test_source_that_could_be_parsed_anyway_has_the_same_tree_when_it_is_rewritten() -> None:
    here = Path(__file__)
    folders = (here.parent, here.parents[2] / "audit" / "loopaudit" / "static")
    texts = [path.read_text() for folder in folders for path in folder.glob("*.py")]
    rewritten = 0
    for text in texts:
        translated = translate(text)
        if translated is not None:
            rewritten += 1
            told = outlines.difference(outlines.outline(translated.tree), outlines.outline_of(text))
            assert not told
    assert rewritten > 5


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="this interpreter parses it itself")
@pytest.mark.parametrize("title", PYTHON_3_12)
def test_every_construct_is_read_without_a_newer_interpreter(title: str) -> None:
    assert isinstance(parse(PYTHON_3_12[title].encode()), Parsed)
