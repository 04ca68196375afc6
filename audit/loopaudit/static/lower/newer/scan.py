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
_PAIRS = {"(": ")", "[": "]", "{": "}"}
_BRACKETS = frozenset("()[]{}")


class _Around(NamedTuple):
    """Something open. what: `bracket` | `field` | `text` and `spec` (of a string), closed by `closer`.

    first: the token that opened it.
    """

    what: str
    closer: str
    first: int = 0
    is_raw: bool = False


def scan(source: bytes) -> Tokens:
    """The tokens of UTF-8 source whose lines end in a line feed. Never raises."""
    scanner = _Scanner(source)
    scanner.run()
    texts = [each.first for each in scanner.around if each.what == "text"]
    if texts:  # half a string cannot be rewritten
        del scanner.found[texts[0] :]
    return Tokens(source, scanner.found)


class _Scanner:
    """The source, and what is open where it is being read."""

    __slots__ = ("around", "found", "source")

    def __init__(self, source: bytes) -> None:
        self.source = source
        self.found: list[Token] = []
        self.around: list[_Around] = []

    def run(self) -> None:
        """Each step returns where the next begins, or -1."""
        source, found, around, length = self.source, self.found, self.around, len(self.source)
        at = 0
        while at >= 0 and (at < length or around):
            if around and around[-1].what in {"text", "spec"}:
                at = self._literal(at)
                continue
            match = _CODE.match(source, at)
            kind = match.lastgroup if match is not None else None
            if match is None or kind is None:
                return
            if kind == "name" or kind == "number":
                at = match.end()
                found.append(Token(kind, match.start(kind), at))
            elif kind == "op":
                at = self._operator(match)
            elif kind == "string":
                at = self._string(match)
            else:
                at = match.end()
                if not around:
                    found.append(Token(kind, match.start(kind), at))
                elif at == length:
                    return

    def _operator(self, match: re.Match[bytes]) -> int:
        start, end = match.span("op")
        kind = match["op"].decode("latin-1")
        if self.around and self.around[-1].what == "field":
            left = self._leave_field(start)
            if left:
                return left
        self.found.append(Token(kind, start, end))
        if kind in _BRACKETS:
            closer = _PAIRS.get(kind)
            if closer is not None:
                return self._open("bracket", closer, end)
            if not self.around or self.around.pop()[:2] != ("bracket", kind):
                return -1
        return end

    def _open(self, what: str, closer: str, at: int, *, is_raw: bool = False) -> int:
        """Note that the last token opened something; what is too deep is not followed."""
        self.around.append(_Around(what, closer, len(self.found) - 1, is_raw))
        return at if len(self.around) <= DEEPEST else -1

    def _leave_field(self, at: int) -> int:
        """The end of the expression in a field, by `=`, `!r`, `:` or `}`; 0 where it goes on."""
        match self.source[at : at + 1]:
            case b"}":
                self.around.pop()
                self.found.append(Token("close", at, at + 1))
                return at + 1
            case b":":
                inside = next(each for each in reversed(self.around) if each.what == "text")
                self.found.append(Token("spec", at, at + 1))
                return self._open("spec", inside.closer, at + 1, is_raw=inside.is_raw)
            case b"=" if _ENDS_FIELD.match(self.source, at):
                self.found.append(Token("debug", at, at + 1))
                return at + 1
            case b"!" if self.source[at + 1 : at + 2] != b"=":
                conversion = _CONVERSION.match(self.source, at)
                if conversion is not None:
                    self.found.append(Token("conversion", at, conversion.end()))
                    return conversion.end()
        return 0

    def _string(self, match: re.Match[bytes]) -> int:
        """A plain string as a whole, or the start of one with fields."""
        start, at = match.start("string"), match.end()
        prefix, quote = match["prefix"].lower(), match["quote"].decode()
        if b"f" in prefix or b"t" in prefix:
            self.found.append(Token("text", start, at))
            return self._open("text", quote, at, is_raw=b"r" in prefix)
        rest = _plain(quote).match(self.source, at)
        if rest is None:
            return -1
        self.found.append(Token("string", start, rest.end()))
        return rest.end()

    def _literal(self, at: int) -> int:
        """The literal part of a string up to its next field, its end, or the end of a format."""
        inside = self.around[-1]
        is_spec = inside.what == "spec"
        skipped = _characters(inside.closer, inside.is_raw, is_spec).match(self.source, at)
        at = skipped.end() if skipped is not None else at
        if self.source.startswith(b"{", at):
            self.found.append(Token("open", at, at + 1))
            return self._open("field", "}", at + 1)
        if is_spec:
            if not self.source.startswith(b"}", at):
                return -1
            del self.around[-2:]
            self.found.append(Token("close", at, at + 1))
            return at + 1
        end = at + len(inside.closer)
        if self.source[at:end] != inside.closer.encode():
            return -1
        self.around.pop()
        self.found.append(Token("end", at, end))
        return end


@cache
def _plain(quote: str) -> re.Pattern[bytes]:
    """The rest of a string without fields, its closing quote included."""
    return re.compile(rb"(?:%b|\\.)*+%b" % (_unescaped(quote, b""), quote.encode()), re.DOTALL)


@cache
def _characters(quote: str, is_raw: bool, is_spec: bool) -> re.Pattern[bytes]:
    """The characters of a string that are neither a field nor its end. `\\N{DASH}` is one of them, and so is
    `{{`, but in a format; a backslash before any other brace is only a backslash."""
    escaped = rb"\\(?=[{}])|\\." if is_raw else rb"\\N\{[^{}\n\"']*+\}|\\(?=[{}])|\\."
    doubled = b"" if is_spec else rb"|\{\{|\}\}"
    return re.compile(rb"(?:%b|%b%b)*+" % (_unescaped(quote, b"{}"), escaped, doubled), re.DOTALL)


def _unescaped(quote: str, special: bytes) -> bytes:
    """Characters that are what they are; in triple quotes also a quote alone and the end of a line."""
    mark = quote[:1].encode()
    if len(quote) == 3:
        return rb"[^\\%b%b]++|%b(?!%b)" % (mark, special, mark, mark * 2)
    return rb"[^\\%b%b\n]++" % (mark, special)
