"""Ways to spoil a source file. Each takes the bytes and two numbers; the same numbers give the same bytes."""

from __future__ import annotations

import re
from collections.abc import Callable

Mutation = Callable[[bytes, int, int], bytes]

TOKEN = re.compile(rb"\w+|[^\w\s]|[ \t]+|\n")
ODD_BYTES = (
    *(
        b"\x00",
        b"\xff",
        b"\xc3",
        b"\xe2\x82",
        b"\xed\xa0\x80",
        b"\xef\xbb\xbf",
        b"\r",
        b"\r\n",
        b"\x0c",
        b"\x1a",
    ),
    *(
        b"\\",
        b"\\\n",
        b'"',
        b"'",
        b'"""',
        b"'''",
        b"#",
        b"f'",
        b'f"{',
        b"}",
        b"{",
        b"(",
        b")",
        b"[",
        b"]",
        b"\t",
    ),
    *(
        b"\xef\xbd\x81",
        b"\xe2\x84\x8c",
        b"\xc2\xaa",
        b"\xd9\xa0",
        b"\xf0\x9d\x94\x98",
        b"\xc2\xa0",
        b"\xe2\x80\xa8",
    ),
)
"""Broken and rare characters: halves of some, surrogates, letters that NFKC changes, blanks that are none."""
ODD_CODE = (
    *(
        b" async ",
        b" await ",
        b" yield ",
        b" yield from ",
        b" lambda: ",
        b" lambda *a, k=x, **b: ",
        b" not ",
        b" in ",
    ),
    *(
        b" if x else ",
        b" for x in x ",
        b" async for x in x ",
        b" := ",
        b" = ",
        b" == ",
        b" -> ",
        b" * ",
        b" ** ",
    ),
    *(
        b", ",
        b": ",
        b"; ",
        b".",
        b"...",
        b"@",
        b"x.y.z()",
        b"x[y](z)",
        b"x[1:2, ...]",
        b"*x",
        b"**x",
        b"(x, *y)",
    ),
    *(
        b"[*x for x in y]",
        b"{**x for x in y}",
        b"f'{x!r:>{y}}'",
        b'f"{x["y"]}"',
        b't"{x}"',
        b"(yield)",
        b"(x := y)",
    ),
    *(
        b"global x\n",
        b"nonlocal x\n",
        b"return x\n",
        b"import x.y as z\n",
        b"from . import *\n",
        b"lazy import x\n",
    ),
    *(
        b"del x, (y, [z])\n",
        b"type X[T: x] = y\n",
        b"def f[T](x, /, y, *, z): pass\n",
        b"class C[T](x): pass\n",
    ),
    *(
        b"try: pass\nexcept* x, y: pass\n",
        b"with (x as y, z as (a, *b)): pass\n",
        b"while 1: break\nelse: continue\n",
    ),
    *(b"match x:\n case {'a': [x, *y], **z} | C(a=b): pass\n", b"if __name__: x\n", b"__all__ = ['x'] + x\n"),
    *(b"# loopaudit: ignore[", b"# coding: latin-1\n", b"# -*- coding: utf-16 -*-\n", b"# coding: rot13\n"),
)


def _place(source: bytes, number: int) -> int:
    return number % (len(source) + 1)


def _lines(source: bytes, first: int, second: int) -> tuple[list[bytes], int, int]:
    """The lines, and a span of at most 40 of them."""
    lines = source.split(b"\n")
    start = first % len(lines)
    return lines, start, min(len(lines), start + 1 + second % 40)


def flip_byte(source: bytes, first: int, second: int) -> bytes:
    at = _place(source, first)
    return source[:at] + bytes([second % 256]) + source[at + 1 :]


def insert_odd_bytes(source: bytes, first: int, second: int) -> bytes:
    at = _place(source, first)
    return source[:at] + ODD_BYTES[second % len(ODD_BYTES)] + source[at:]


def insert_code(source: bytes, first: int, second: int) -> bytes:
    at = _place(source, first)
    return source[:at] + ODD_CODE[second % len(ODD_CODE)] + source[at:]


def insert_code_between_tokens(source: bytes, first: int, second: int) -> bytes:
    tokens = TOKEN.findall(source)
    tokens.insert(first % (len(tokens) + 1), ODD_CODE[second % len(ODD_CODE)])
    return b"".join(tokens)


def delete_token(source: bytes, first: int, second: int) -> bytes:
    tokens = TOKEN.findall(source)
    start = first % (len(tokens) + 1)
    del tokens[start : start + 1 + second % 4]
    return b"".join(tokens)


def swap_tokens(source: bytes, first: int, second: int) -> bytes:
    tokens = TOKEN.findall(source) or [b"x"]
    one, other = first % len(tokens), second % len(tokens)
    tokens[one], tokens[other] = tokens[other], tokens[one]
    return b"".join(tokens)


def rename(source: bytes, first: int, second: int) -> bytes:
    """One name becomes another everywhere."""
    names = sorted(set(re.findall(rb"\b[a-zA-Z_]\w*\b", source))) or [b"x"]
    one, other = names[first % len(names)], names[second % len(names)]
    return re.sub(rb"\b%b\b" % one, other, source)


def delete_lines(source: bytes, first: int, second: int) -> bytes:
    lines, start, end = _lines(source, first, second)
    return b"\n".join(lines[:start] + lines[end:])


def duplicate_lines(source: bytes, first: int, second: int) -> bytes:
    lines, start, end = _lines(source, first, second)
    return b"\n".join(lines[:end] + lines[start:end] * (1 + second % 3) + lines[end:])


def move_lines(source: bytes, first: int, second: int) -> bytes:
    lines, start, end = _lines(source, first, second)
    moved = lines[start:end]
    rest = lines[:start] + lines[end:]
    at = second % (len(rest) + 1)
    return b"\n".join(rest[:at] + moved + rest[at:])


def indent_lines(source: bytes, first: int, second: int) -> bytes:
    lines, start, end = _lines(source, first, second)
    pad = (b" ", b"\t", b"    ", b"        ")[second % 4]
    return b"\n".join([*lines[:start], *(pad + line for line in lines[start:end]), *lines[end:]])


def dedent_lines(source: bytes, first: int, second: int) -> bytes:
    lines, start, end = _lines(source, first, second)
    width = 1 + second % 8
    cut = [line[min(width, len(line) - len(line.lstrip())) :] for line in lines[start:end]]
    return b"\n".join([*lines[:start], *cut, *lines[end:]])


def nest_lines(source: bytes, first: int, second: int) -> bytes:
    """Put a span of lines into a block of its own."""
    heads = (
        b"if x:",
        b"for x in y:",
        b"while x:",
        b"with x as y:",
        b"try:",
        b"async def f(x):",
        b"class C(C):",
    )
    lines, start, end = _lines(source, first, second)
    margin = lines[start][: len(lines[start]) - len(lines[start].lstrip())]
    inner = [b"    " + line for line in lines[start:end]]
    tail = [margin + b"finally: x"] if heads[second % len(heads)] == b"try:" else []
    return b"\n".join([*lines[:start], margin + heads[second % len(heads)], *inner, *tail, *lines[end:]])


def join_lines(source: bytes, first: int, second: int) -> bytes:
    lines, start, end = _lines(source, first, second)
    glue = (b" ", b"; ", b", ", b" \\\n", b"", b"\r")[second % 6]
    return b"\n".join([*lines[:start], glue.join(lines[start:end]), *lines[end:]])


def repeat_token(source: bytes, first: int, second: int) -> bytes:
    """One token many times: long lines, deep nesting, enormous expressions."""
    tokens = TOKEN.findall(source) or [b"x"]
    at = first % len(tokens)
    tokens[at] = tokens[at] * (2 ** (second % 12))
    return b"".join(tokens)


def repeat_expression(source: bytes, first: int, second: int) -> bytes:
    """A call or an operator, hundreds of times in a row."""
    chains = (
        b".x()",
        b"[x]",
        b"(x)",
        b" + x",
        b" and x",
        b" if x else x",
        b" or not x",
        b"(lambda: x)",
        b", x",
        b".x",
    )
    at = _place(source, first)
    at = source.find(b"\n", at) if source.find(b"\n", at) >= 0 else len(source)
    times = 1 << (first % 11)
    return source[:at] + chains[second % len(chains)] * times + source[at:]


def wrap_in_brackets(source: bytes, first: int, second: int) -> bytes:
    opening, closing = ((b"(", b")"), (b"[", b"]"), (b"{", b"}"), (b"f(", b")"), (b"(lambda x: ", b")"))[
        second % 5
    ]
    lines, start, _ = _lines(source, first, 0)
    margin = len(lines[start]) - len(lines[start].lstrip())
    times = 2 ** (first % 8)
    lines[start] = lines[start][:margin] + opening * times + lines[start][margin:] + closing * times
    return b"\n".join(lines)


def truncate(source: bytes, first: int, second: int) -> bytes:
    return source[: _place(source, first)]


def change_line_ends(source: bytes, first: int, second: int) -> bytes:
    return source.replace(b"\n", (b"\r\n", b"\r", b"\n\r", b"\x0c\n", b"\\\n")[first % 5])


def change_encoding(source: bytes, first: int, second: int) -> bytes:
    """Encoded otherwise, with a cookie that says so or another."""
    names = (
        "latin-1",
        "utf-8-sig",
        "utf-16",
        "utf-32-be",
        "cp1252",
        "shift_jis",
        "utf-7",
        "koi8-r",
        "iso2022_kr",
    )
    codec, told = names[first % len(names)], names[second % len(names)]
    text = source.decode("utf-8", "replace")
    return f"# -*- coding: {told} -*-\n{text}é".encode(codec, "replace")


MUTATIONS: tuple[Mutation, ...] = (
    flip_byte,
    insert_odd_bytes,
    insert_code,
    insert_code_between_tokens,
    delete_token,
    swap_tokens,
    rename,
    delete_lines,
    duplicate_lines,
    move_lines,
    indent_lines,
    dedent_lines,
    nest_lines,
    join_lines,
    repeat_token,
    repeat_expression,
    wrap_in_brackets,
    truncate,
    change_line_ends,
    change_encoding,
)
