"""Bytes to a syntax tree, or to a sentence that says why not."""

from __future__ import annotations

import ast
import re
import string
import sys
import warnings

import msgspec

from loopaudit.static.lower.newer.translate import translate

LARGEST_FILE_BYTES = 5_000_000
MOST_MARKS = 1_000_000
"""What a syntax tree weighs goes by its nodes: a megabyte of `f(x),` takes as much memory as ten of prose."""
NO_MARKS = (string.ascii_letters + string.digits + string.whitespace + "_").encode()
SLOW_CODECS = frozenset({"punycode", "idna"})
_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")


class Refusal(msgspec.Struct, frozen=True):
    """Why a file cannot be read, as a sentence, and the line (0: none)."""

    message: str
    line: int = 0


class Parsed(msgspec.Struct, frozen=True):
    """A syntax tree, and the text it was parsed from if that is not the source: newer syntax, rewritten."""

    tree: ast.Module
    text: str | None = None


def parse(source: bytes) -> Parsed | Refusal:
    """Parse as this interpreter does, coding cookies and byte order marks included; what it does not know
    yet, as a newer one does. Raises nothing but RecursionError."""
    if len(source) > LARGEST_FILE_BYTES:
        return too_large(len(source))
    if len(source) > MOST_MARKS and len(source.translate(None, delete=NO_MARKS)) > MOST_MARKS:
        return Refusal(
            f"The file has more than {MOST_MARKS:,} brackets, commas and operators: it is not read."
        )
    if codec_of(source) in SLOW_CODECS:
        return Refusal("The file declares an encoding that is not meant for text.", 1)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                return Parsed(ast.parse(source))
            except SyntaxError as error:
                return _parse_newer(source, error)
    except SyntaxError as error:
        return Refusal(_sentence(error), error.lineno or 0)
    except MemoryError:  # the parser's word for brackets in brackets, or there is none left
        return too_deep()
    except (ValueError, LookupError) as error:
        return Refusal(f"The file cannot be read as Python: {error}.")


def _parse_newer(source: bytes, error: SyntaxError) -> Parsed:
    """Parse what this interpreter refused; if that cannot be done either, raise what is really wrong: the
    error that comes later in the file, for all that is newer is no longer in the way."""
    try:
        translated = translate(source.removeprefix(b"\xef\xbb\xbf").decode(codec_of(source)))
    except SyntaxError as later:
        raise (later if (later.lineno or 0) > (error.lineno or 0) else error) from None
    except (ValueError, LookupError, MemoryError):
        raise error from None
    if translated is None:
        raise error
    return Parsed(translated.tree, translated.text)


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
