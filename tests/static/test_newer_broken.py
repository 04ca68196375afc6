"""Newer syntax does not hide what is truly broken: the line and the sentence are those of the mistake."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from loopaudit.static.lower.newer.scan import scan
from loopaudit.static.lower.newer.tokens import STEPS
from loopaudit.static.summarise import summarise

ALIAS = "type X = int\n"


@pytest.mark.parametrize(
    ("source", "line", "words"),
    [
        ("x = 1\nprint 'x'\n", 2, "Missing parentheses in call to 'print'"),
        (ALIAS + "x = 1\nprint 'x'\n", 3, "Missing parentheses in call to 'print'"),
        ("def f[T](a): pass\ndef g(:\n", 2, "invalid syntax"),
        ('x = f"{a["b"]}"\n\n\nx = (1,\n', 4, "'(' was never closed"),
        ('x = f"{a["b"]}"\nfor x in y\n    pass\n', 2, "expected ':'"),
        ('x = f"{a["b"]}"\n  y = 1\n', 2, "unexpected indent"),
        (ALIAS + 'x = "abc\n', 2, "unterminated string literal"),
        (ALIAS + "'''\n\n\n", 2, "unterminated triple-quoted string literal"),
        (ALIAS + 'x = f"{a[}"\n', 2, "f-string"),
        (ALIAS + 'x = f"{}"\n', 2, "invalid syntax"),
        (ALIAS + 'x = f"{a b}"\n', 2, "invalid syntax"),
        (ALIAS + 'x = f"{a["b"}"\n', 2, ""),
        (ALIAS + 'x = f"a}"\n', 2, "f-string: single '}' is not allowed"),
        (ALIAS + 'x = f"{a:{b}"\n', 2, "f-string"),
        (ALIAS + "type = \n", 2, "invalid syntax"),
        (ALIAS + "type Y[] = int\n", 2, "invalid syntax"),
        (ALIAS + "type Y[T U] = int\n", 2, "invalid syntax"),
        (ALIAS + "type if = int\n", 2, "invalid syntax"),
        (ALIAS + "def f[T: int = ](a): pass\n", 2, ""),
        (ALIAS + "def f[](a): pass\n", 2, ""),
        (ALIAS + "def f[1](a): pass\n", 2, ""),
        (ALIAS + "def f[T: pass\n", 2, ""),
        (ALIAS + "class C[T:\n", 2, ""),
        (ALIAS + "try: pass\nexcept A, B as c: pass\n", 3, "multiple exception types"),
        (ALIAS + "lazy x\n", 2, "invalid syntax"),
        (ALIAS + "x = [*a, b for a in b]\n", 2, ""),
        (ALIAS + "x = (**a for a in b)\n", 2, ""),
        ("async def f():\n  type X[T] = [await x for\n", 2, ""),
        ('lazy import a\n\n\nx = f"{\n  b(\n"', 4, "unterminated"),
    ],
)
def test_the_mistake_is_told_with_its_line(source: str, line: int, words: str) -> None:
    module = summarise(source.encode())
    assert words in module.error
    assert module.error_line == line
    assert module.error.endswith(f"in line {line}.")


@pytest.mark.parametrize(
    "source",
    [
        b'x = f"' + b"{" * 150_000,
        b'x = f"{' * 50_000,
        b"x = " + b'f"{' * 60 + b"1" + b'}"' * 60,
        b"x = f'{" + b"[" * 250 + b"'",
        b"def f[" * 1000,
        b"def f[T: " + b"(" * 500,
        b"type X = int\nx = " + b"(" * 5000 + b")" * 5000,
        b"type X = int\nx = a" + b".b" * 50_000,
        b"type X = int\nx = " + b"-" * 100_000 + b"1",
        b"# coding: latin-1\ntype X = f'\xe9{\xe9}'",
        b"# coding: no-such-codec\ntype X = int",
        b"type X = '\xff'",
        b"type X = \x00int",
        b"\xef\xbb\xbftype X = int",
        b"\xef\xbb\xbf# coding: latin-1\ntype X = int",
        b"type X = int\r\rtype Y = int\r\n",
        b"type X = int\\",
        b"type\\\nX = int",
        b"lazy\\\nimport x",
        b"type X\\\n = \\\n int",
        b'x = f"{a\\\n["b"]}"',
    ],
)
def test_hostile_newer_syntax_is_read_or_refused(source: bytes) -> None:
    module = summarise(source)
    assert module.error.endswith(".") or module.functions


PIECES = (
    *("type X[T:", "] = ", "def f[", "](", "class C[", "lazy import a", "case +1", "except ", "async "),
    *("f'", 't"', '"""', "'", '"', "{", "}", "{{", ":", "!r", "=", "\\N{", "\\"),
    *("*", "**", " for x in y", "[*", "{**", "(", ")", "[", "]", ", ", ";", "0x", "1.", "x"),
    *("# y", "é", "\N{FULLWIDTH LATIN SMALL LETTER X}", "\t", "\r", "\n", " "),
)


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
@example("f'{x:{{y}}}'")
@example("f'{x!'")
def test_no_mixture_of_newer_syntax_makes_it_raise(source: str) -> None:
    module = summarise(source.encode())
    assert module.error or module.functions


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_tokens_stand_in_order_and_strings_are_whole(text: str) -> None:
    source = text.encode()
    depth, last = 0, 0
    for token in scan(source).found:
        assert last <= token.start <= token.end <= len(source)
        last = token.end
        depth += STEPS.get(token.kind, 0) if token.kind in {"text", "end", "open", "close"} else 0
        assert depth >= 0
    assert depth == 0
