"""Suppressions: `# loopaudit: ignore[LA101] reason`. A file without the word is not looked at twice."""

from __future__ import annotations

import io
import re
import tokenize
from typing import TYPE_CHECKING

from loopaudit.static.facts import Suppression

if TYPE_CHECKING:
    from collections.abc import Iterator

MARKER = b"loopaudit:"
_COMMENT = re.compile(r"#\s*loopaudit:\s*ignore\b(?P<rest>.*)")
_CODES = re.compile(r"\s*\[(?P<codes>[^\]]*)\](?P<reason>.*)")
_NOT_CODE = frozenset({tokenize.NL, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING})


def suppressions(source: bytes, text: str | None = None) -> tuple[Suppression, ...]:
    """Every suppression with the line it speaks about: its own or, alone on a line, the next one.

    text: the source as it could be parsed, if it had to be rewritten: this tokenizer may not know the source.
    """
    if MARKER not in source:
        return ()
    found: list[Suppression] = []
    waiting: list[Suppression] = []
    code_line = 0
    try:
        for token in _tokens(source, text):
            if token.type == tokenize.COMMENT:
                told = _read(token.string, token.start[0])
                if told is not None:
                    (found if token.start[0] == code_line else waiting).append(told)
            elif token.type not in _NOT_CODE:
                line = token.start[0]
                found.extend(Suppression(line, told.codes, told.reason) for told in waiting)
                waiting.clear()
                code_line = token.end[0]
    except (tokenize.TokenError, SyntaxError):
        pass  # the parser has accepted the file: what was found so far stands
    return tuple(found)


def _tokens(source: bytes, text: str | None) -> Iterator[tokenize.TokenInfo]:
    if text is None:
        return tokenize.tokenize(io.BytesIO(source).readline)
    return tokenize.generate_tokens(io.StringIO(text).readline)


def _read(comment: str, line: int) -> Suppression | None:
    told = _COMMENT.search(comment)
    if told is None:
        return None
    rest = told["rest"]
    listed = _CODES.match(rest)
    if listed is not None:
        codes = tuple(code.strip().upper() for code in listed["codes"].split(",") if code.strip())
        return Suppression(line, codes or ("",), _reason(listed["reason"]))
    if rest.lstrip().startswith("["):  # never closed: silence nothing rather than everything
        return Suppression(line, (rest.strip()[:40],), "")
    return Suppression(line, (), _reason(rest))


def _reason(text: str) -> str:
    return text.strip().lstrip("-:–— ").strip()[:300]
