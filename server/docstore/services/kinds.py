"""What a file is, from what the client says and from its name; and which kinds can be read."""

from __future__ import annotations

import mimetypes
from enum import StrEnum

from docstore.errors import Unprocessable

UNKNOWN = "application/octet-stream"
# Built without the system's tables: `mimetypes.guess_type` would read those files on first use, on the loop.
TYPES = mimetypes.MimeTypes()
TYPES.add_type("text/markdown", ".md")
TYPES.add_type("text/markdown", ".markdown")


class Kind(StrEnum):
    """How a document is read."""

    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"


KINDS = {
    "text/html": Kind.HTML,
    "application/xhtml+xml": Kind.HTML,
    "text/markdown": Kind.MARKDOWN,
    "text/x-markdown": Kind.MARKDOWN,
    "application/json": Kind.TEXT,
    "application/xml": Kind.TEXT,
}


def content_type_of(announced: str | None, filename: str) -> str:
    """What the client says, unless it says nothing: then what the name says. Raises Unprocessable."""
    plain = (announced or "").strip()
    if len(plain) > 255 or not plain.isprintable():
        raise Unprocessable("The Content-Type is longer than 255 characters or not printable.")
    if plain and plain.partition(";")[0].strip().lower() not in {
        UNKNOWN,
        "application/x-www-form-urlencoded",
    }:
        return plain
    return TYPES.guess_type(filename)[0] or UNKNOWN


def kind_of(content_type: str) -> Kind | None:
    """None: it can be stored and fetched, not searched."""
    essence = content_type.partition(";")[0].strip().lower()
    known = KINDS.get(essence)
    if known is None and essence.startswith("text/"):
        return Kind.TEXT
    return known
