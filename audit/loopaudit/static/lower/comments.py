"""Suppressions: `# loopaudit: ignore[LA101] reason`. A file without the word is not looked at twice."""

from __future__ import annotations

import io
import re
import tokenize

from loopaudit.static.facts import Suppression

MARKER = b"loopaudit:"
_COMMENT = re.compile(r"#\s*loopaudit:\s*ignore\b(?P<rest>.*)")
_CODES = re.compile(r"\s*\[(?P<codes>[^\]]*)\](?P<reason>.*)")
_NOT_CODE = frozenset({tokenize.NL, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING})


def suppressions(source: bytes) -> tuple[Suppression, ...]:
    """Every suppression with the line it speaks about: its own or, alone on a line, the next one."""
    if MARKER not in source:
        return ()
    found: list[Suppression] = []
    waiting: list[Suppression] = []
    code_line = 0
    try:
        for token in tokenize.tokenize(io.BytesIO(source).readline):
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
