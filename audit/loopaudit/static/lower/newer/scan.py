"""Source to tokens, in the newest grammar: what stands in the fields of f-strings is code, at any depth.

The tokenizer of this interpreter cannot be asked: it ends a string at the first quote that looks like its
own. The scan stops where the source makes no sense; what stands behind is left to the parser to complain of.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from loopaudit.static.lower.newer.tokens import Token, Tokens

DEEPEST = 200
"""Brackets and fields inside one another; the tokenizer of CPython has the same limit."""

_CODE = re.compile(
    rb"""(?:[ \t\f]|\\\n)*+(?:
      (?P<newline>(?:\#[^\n]*+)?+(?:\n|\Z))
    | (?P<string>(?P<prefix>(?i:[bft]r?|r[bft]?|u)?+)(?P<quote>"{3}|'{3}|"|'))
    | (?P<name>[A-Za-z_\x80-\xff][A-Za-z0-9_\x80-\xff]*+)
    | (?P<number>0[xX][0-9a-fA-F_]++ | 0[oO][0-7_]++ | 0[bB][01_]++
        | (?:[0-9][0-9_]*+(?:\.[0-9_]*+)?+ | \.[0-9][0-9_]*+)(?:[eE][-+]?[0-9][0-9_]*+)?+[jJ]?+)
    | (?P<op>\*\*=? | //=? | <<=? | >>=? | -> | \.\.\. | [-+*/%@&|^<>=!:]= | .)
    )""",
    re.VERBOSE | re.DOTALL,
)
_CONVERSION = re.compile(rb"![ \t\f]*[A-Za-z_]\w*")
_ENDS_FIELD = re.compile(rb"=(?:[ \t\f\n]|\\\n|\#[^\n]*+\n)*+(?:!(?!=)|:|\})")
_PAIRS = {b"(": b")", b"[": b"]", b"{": b"}"}


class _Around(NamedTuple):
    """Something open. what: `bracket` (closed by `closer`) | `field` | `text` and `spec` (of a string
    that `closer` ends)."""

    what: str
    closer: bytes
    is_raw: bool = False


def scan(source: bytes) -> Tokens:
    """The tokens of UTF-8 source whose lines end in a line feed. Never raises."""
    found: list[Token] = []
    around: list[_Around] = []
    opened: list[int] = []
    at = 0
    while at >= 0 and (at < len(source) or around):
        inside = around[-1] if around else None
        first = len(found)
        if inside is not None and inside.what in {"text", "spec"}:
            at = _scan_text(source, at, around, found)
        else:
            at = _scan_code(source, at, around, found)
        for token in found[first:]:
            if token.kind == "text":
                opened.append(first)
            elif token.kind == "end":
                opened.pop()
    if opened:  # half a string cannot be rewritten
        del found[opened[0] :]
    return Tokens(source, found)


def _scan_code(source: bytes, at: int, around: list[_Around], found: list[Token]) -> int:
    """One token of code; returns where the next begins, or -1."""
    match = _CODE.match(source, at)
    if match is None:
        return -1
    kind = match.lastgroup or ""
    start, end = match.span(kind)
    if kind == "newline":
        if not around:
            found.append(Token(kind, start, end))
        return end if end < len(source) or not around else -1
    if kind == "string":
        return _scan_string(source, match, around, found)
    if kind != "op":
        found.append(Token(kind, start, end))
        return end
    if around and around[-1].what == "field":
        left = _leave_field(source, start, around, found)
        if left:
            return left
    found.append(Token(kind, start, end))
    return end if _nest(source[start:end], around) else -1


def _nest(text: bytes, around: list[_Around]) -> bool:
    """Follow a bracket in or out; False where brackets do not match or nest too deeply."""
    closer = _PAIRS.get(text)
    if closer is not None:
        around.append(_Around("bracket", closer))
        return len(around) <= DEEPEST
    if text in {b")", b"]", b"}"}:
        return bool(around) and around.pop() == _Around("bracket", text)
    return True


def _leave_field(source: bytes, at: int, around: list[_Around], found: list[Token]) -> int:
    """The end of the expression in a field, by `=`, `!r`, `:` or `}`; 0 where it goes on."""
    match source[at : at + 1]:
        case b"}":
            around.pop()
            found.append(Token("close", at, at + 1))
            return at + 1
        case b":":
            inside = next(each for each in reversed(around) if each.what == "text")
            around.append(_Around("spec", inside.closer, inside.is_raw))
            found.append(Token("spec", at, at + 1))
            return at + 1
        case b"=" if _ENDS_FIELD.match(source, at):
            found.append(Token("debug", at, at + 1))
            return at + 1
        case b"!" if source[at + 1 : at + 2] != b"=":
            conversion = _CONVERSION.match(source, at)
            if conversion is not None:
                found.append(Token("conversion", at, conversion.end()))
                return conversion.end()
    return 0


def _scan_string(source: bytes, match: re.Match[bytes], around: list[_Around], found: list[Token]) -> int:
    """A plain string as a whole, or the start of one with fields."""
    start, at = match.start("string"), match.end()
    prefix, quote = match["prefix"].lower(), match["quote"]
    if b"f" in prefix or b"t" in prefix:
        around.append(_Around("text", quote, b"r" in prefix))
        found.append(Token("text", start, at))
        return at if len(around) <= DEEPEST else -1
    rest = _plain(quote).match(source, at)
    if rest is None:
        return -1
    found.append(Token("string", start, rest.end()))
    return rest.end()


def _scan_text(source: bytes, at: int, around: list[_Around], found: list[Token]) -> int:
    """The literal part of a string up to its next field, its end, or the end of a format."""
    inside = around[-1]
    is_spec = inside.what == "spec"
    skipped = _literal(inside.closer, inside.is_raw, is_spec).match(source, at)
    at = skipped.end() if skipped is not None else at
    if source.startswith(b"{", at):
        around.append(_Around("field", b"}"))
        found.append(Token("open", at, at + 1))
        return at + 1 if len(around) <= DEEPEST else -1
    if is_spec:
        if not source.startswith(b"}", at):
            return -1
        del around[-2:]
        found.append(Token("close", at, at + 1))
        return at + 1
    if not source.startswith(inside.closer, at):
        return -1
    around.pop()
    found.append(Token("end", at, at + len(inside.closer)))
    return at + len(inside.closer)


@cache
def _plain(quote: bytes) -> re.Pattern[bytes]:
    """The rest of a string without fields, its closing quote included."""
    return re.compile(rb"(?:%b|\\.)*+%b" % (_unescaped(quote, b""), quote), re.DOTALL)


@cache
def _literal(quote: bytes, is_raw: bool, is_spec: bool) -> re.Pattern[bytes]:
    """The characters of a string that are neither a field nor its end. `\\N{DASH}` is one of them, and so is
    `{{`, but in a format; a backslash before any other brace is only a backslash."""
    escaped = rb"\\(?=[{}])|\\." if is_raw else rb"\\N\{[^{}\n\"']*+\}|\\(?=[{}])|\\."
    doubled = b"" if is_spec else rb"|\{\{|\}\}"
    return re.compile(rb"(?:%b|%b%b)*+" % (_unescaped(quote, b"{}"), escaped, doubled), re.DOTALL)


def _unescaped(quote: bytes, special: bytes) -> bytes:
    """Characters that are what they are; in triple quotes also a quote alone and the end of a line."""
    mark = quote[:1]
    if len(quote) == 3:
        return rb"[^\\%b%b]++|%b(?!%b)" % (mark, special, mark, mark * 2)
    return rb"[^\\%b%b\n]++" % (mark, special)
