"""Files that cannot be read, or hardly: an error in words, never an exception."""

from __future__ import annotations

import sysconfig
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from loopaudit.static.facts import ENCODER, MODULE_DECODER
from loopaudit.static.summarise import summarise

from tests.static.printed import facts


@pytest.mark.parametrize(
    ("source", "word", "line"),
    [
        (b"x = 1\nprint 'x'\n", "cannot parse", 2),
        (b"def f(:\n", "cannot parse", 1),
        (b"x = 1\x00", "null bytes", 0),
        (b"x = '\xff'\n", "utf-8", 0),
        (b"# coding: no-such-codec\n", "encoding", 0),
        (b"# coding: punycode\n", "not meant for text", 1),
        (b"\xff\xfex\x00", "", 0),
        (b"x = " + b"(" * 5000 + b")" * 5000, "", 0),
        (b"x = " + b"-" * 200_000 + b"1", "nested", 0),
        (b"x = " + b"not " * 100_000 + b"1", "nested", 0),
        (b"x = a" + b".b" * 100_000, "nested", 0),
        (b"x = 1" + b" + 1" * 100_000, "nested", 0),
        (b"x = a" + b"()" * 50_000, "nested", 0),
        (b"lambda: " * 3000 + b"1", "nested", 0),
        (b"if x:\n pass\n" + b"elif x:\n pass\n" * 20_000, "nested", 0),
        (b"x = 1\n" * 1_000_000, "5,000,000", 0),
    ],
)
def test_an_unreadable_file_is_a_module_with_an_error(source: bytes, word: str, line: int) -> None:
    module = summarise(source)
    assert module.error.endswith(".")
    assert word in module.error
    assert module.functions == ()
    if line:
        assert module.error_line == line


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"\n",
        b"\xef\xbb\xbfx = 1\n",
        b"# -*- coding: latin-1 -*-\nx = '\xe9'\n",
        b"x = 1\r\ny = 2\r\n",
        b"x = '\\d'\n",
        b"x = 1\x0c\ny = 2\n",
        b"x = " + b"[" * 90 + b"]" * 90,
        b"x = a" + b".b" * 300,
        b"x = a" + b"[0]" * 300,
        b"x = " + b" + ".join([b"a"] * 900),
        b"x = " + b"1 if a else " * 200 + b"2",
        b"x = " + b"~" * 100 + b"1",
        b"x = " + b"99999999999999999999999",
        b"x = 1e999",
        b"x: '" + b"[" * 150 + b"'",
        b"x: \"'a'\"",
        b"x = {" + b"1," * 50_000 + b"}",
        b"break\ncontinue\nreturn 1\nawait x\nyield\n",
    ],
)
def test_an_odd_file_is_read(source: bytes) -> None:
    module = summarise(source)
    assert not module.error
    again = MODULE_DECODER.decode(ENCODER.encode(module))
    assert again == module
    for function in again.functions:
        function.body()


def test_columns_in_a_latin_file_count_characters() -> None:
    module = summarise("# coding: latin-1\né = 'é'; g()\n".encode("latin-1"))
    assert module.functions[0].body().calls[0].column == 10


def test_the_lines_of_a_file_are_counted() -> None:
    assert [summarise(source).lines for source in (b"", b"x", b"x\n", b"x\ny")] == [0, 1, 1, 2]


def test_long_displays_keep_their_start() -> None:
    found = facts("x = [" + "1," * 5000 + "]").functions[0].body().defs[0].value
    assert len(found.items) == 32  # type: ignore[union-attr]  # a list display


def test_summarise_is_a_pure_function() -> None:
    source = Path(__file__).read_bytes()
    assert ENCODER.encode(summarise(source)) == ENCODER.encode(summarise(source))


def test_every_module_of_the_standard_library_is_lowered() -> None:
    folder = Path(sysconfig.get_paths()["stdlib"])
    for name in ("asyncio", "concurrent", "email", "json", "importlib", "unittest"):
        for path in sorted((folder / name).rglob("*.py")):
            assert summarise(path.read_bytes()).error == "", path
    for path in sorted(folder.glob("lib2to3/tests/data/**/*.py")):
        summarise(path.read_bytes())


@given(st.binary(max_size=300))
def test_no_bytes_make_it_raise(source: bytes) -> None:
    summarise(source)


@given(st.text("abc =:()[]{}.,*\n\t @#'\"\\1ifordewhtlambda", max_size=200))
def test_no_text_makes_it_raise(source: str) -> None:
    module = summarise(source.encode())
    assert module.error or module.functions
