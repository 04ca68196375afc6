"""Bytes to text, one reader a kind. They run fenced, in a process of their own: the bytes are hostile."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser

if TYPE_CHECKING:
    from collections.abc import Callable

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
META_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?([A-Za-z0-9_.:-]{1,40})""", re.IGNORECASE)
META_WITHIN = 4096
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
BLANK_LINES = re.compile(r"\n\s*\n\s*")
HIDDEN = ["script", "style", "template", "noscript", "svg", "head > :not(title)"]


class UnreadableError(Exception):
    """The document cannot be read; the message is the sentence that its owner sees."""


def read_text(content: bytes) -> str:
    """Text and Markdown: as they are."""
    return decode(content, fallback="cp1252")


def read_html(content: bytes) -> str:
    """What a reader would see, a line a block."""
    declared = META_CHARSET.search(content[:META_WITHIN])
    page = LexborHTMLParser(decode(content, fallback=known_codec(declared[1] if declared else None)))
    page.strip_tags(HIDDEN)
    root = page.root
    text = "" if root is None else root.text(separator="\n", strip=True)
    return BLANK_LINES.sub("\n\n", text)


def known_codec(name: bytes | None) -> str:
    """A page may declare nonsense: then the web's default."""
    try:
        return codecs.lookup((name or b"cp1252").decode("ascii")).name
    except LookupError:
        return "cp1252"


def decode(content: bytes, fallback: str) -> str:
    """By byte-order mark, as UTF-8, else as `fallback`. Raises UnreadableError for what is not text."""
    encoding = next((name for mark, name in MARKS if content.startswith(mark)), None)
    if encoding is None and b"\0" in content:
        raise UnreadableError("The file is binary, not text: it holds NUL bytes.")
    try:
        text = content.decode(encoding or "utf-8")
    except UnicodeDecodeError as error:
        if encoding is not None:
            raise UnreadableError(f"The file says that it is {encoding}, and is not.") from error
        text = content.decode(fallback, errors="replace")
    return CONTROLS.sub("", text.replace("\r\n", "\n"))


READERS: dict[str, Callable[[bytes], str]] = {"text": read_text, "markdown": read_text, "html": read_html}
