"""Opaque cursors: clients pass them back, and cannot come to rely on what is in them."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated

from fastapi import Query

from docstore.errors import BadRequest

Cursor = Annotated[str | None, Query(description="`next_cursor` of the page before.", max_length=200)]
Limit = Annotated[int, Query(ge=1, le=200, description="How many items at most.")]


def encode_cursor(key: str | None) -> str | None:
    """The key to go on from, None at the end."""
    return None if key is None else base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")


def decode_cursor(cursor: str | None) -> str:
    """The key, "" for the beginning; raises BadRequest."""
    if cursor is None:
        return ""
    try:
        return base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, ValueError) as error:
        raise BadRequest("The cursor is not one that this service gave; start without one.") from error
