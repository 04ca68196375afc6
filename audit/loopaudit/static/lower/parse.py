"""Bytes to a syntax tree, or to a sentence that says why not."""

from __future__ import annotations

import ast
import re
import sys
import warnings

import msgspec

LARGEST_FILE_BYTES = 5_000_000
SLOW_CODECS = frozenset({"punycode", "idna"})
_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")


class Refusal(msgspec.Struct, frozen=True):
    """Why a file cannot be read, as a sentence, and the line (0: none)."""

    message: str
    line: int = 0


def parse(source: bytes) -> ast.Module | Refusal:
    """Parse as this interpreter does, coding cookies and byte order marks included. Never raises.

    Syntax newer than this interpreter's ends in a refusal: the place to translate it is here.
    """
    if len(source) > LARGEST_FILE_BYTES:
        return too_large(len(source))
    if codec_of(source) in SLOW_CODECS:
        return Refusal("The file declares an encoding that is not meant for text.", 1)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except SyntaxError as error:
        return Refusal(_sentence(error), error.lineno or 0)
    except (RecursionError, MemoryError):
        return too_deep()
    except (ValueError, LookupError) as error:
        return Refusal(f"The file cannot be read as Python: {error}.")


def too_large(size: int) -> Refusal:
    return Refusal(f"The file has {size:,} bytes; more than {LARGEST_FILE_BYTES:,} are not read.")


def too_deep() -> Refusal:
    return Refusal("The code is nested too deeply to be read.")


def codec_of(source: bytes) -> str:
    """The encoding a cookie in the first two lines declares, else utf-8."""
    for line in source[:400].split(b"\n", 2)[:2]:
        found = _COOKIE.match(line)
        if found:
            return found[1].decode("ascii", "replace").lower().replace("_", "-")
    return "utf-8"


def _sentence(error: SyntaxError) -> str:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    reason = (error.msg or "invalid syntax").rstrip(".").splitlines()[0]
    where = f" in line {error.lineno}" if error.lineno else ""
    return f"Python {version} cannot parse it: {reason}{where}."


def wide_lines(source: bytes) -> dict[int, bytes]:
    """The lines that are not ASCII, as UTF-8 (the offsets of a syntax tree count its bytes)."""
    if source.isascii():
        return {}
    raw = source.removeprefix(b"\xef\xbb\xbf")
    codec = codec_of(source)
    if codec not in {"utf-8", "utf8"}:
        raw = raw.decode(codec, "replace").encode("utf-8", "replace")
    return {number: line for number, line in enumerate(raw.split(b"\n"), 1) if not line.isascii()}
