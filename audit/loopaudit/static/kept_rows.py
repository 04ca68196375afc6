"""The shipped rows as they were read last, in the user's cache: TOML is parsed once a version of the program.

It is most of what rows cost a run in which a file changed (DECISIONS.md 8 has the figures). What is read back
was sealed with the user's key, for the program whose files have this signature.
"""

from __future__ import annotations

import contextlib
from hashlib import blake2b
from typing import TYPE_CHECKING

import msgspec

from loopaudit.catalogue.load import read_shipped
from loopaudit.catalogue.model import Rows
from loopaudit.static.sealed import cache_home, open_sealed, replace_sealed, user_key

if TYPE_CHECKING:
    from pathlib import Path

NAME = "rows"


class Head(msgspec.Struct, array_like=True, frozen=True):
    """Which program the rows are of, and how long they are."""

    signature: bytes
    length: int


def shipped_rows(signature: bytes) -> Rows:
    """The rows that come with the program whose files have this signature."""
    home = cache_home()
    try:
        # A key of its own: a sealed file of another sort, put in this place, does not open.
        key = blake2b(b"rows", key=user_key(home), digest_size=32).digest()
    except OSError:
        return read_shipped()
    path = home / NAME
    kept = _read(path, key, signature)
    if kept is not None:
        return kept
    rows = read_shipped()
    blob = msgspec.msgpack.encode(rows)
    head = msgspec.msgpack.encode(Head(signature, len(blob)))
    with contextlib.suppress(OSError):  # a full disk costs time, not the audit
        replace_sealed(path, key, head, [blob])
    return rows


def _read(path: Path, key: bytes, signature: bytes) -> Rows | None:
    """What was kept; None where there is nothing that fits."""
    sealed = open_sealed(path, key)
    if sealed is None:
        return None
    try:
        head = msgspec.msgpack.decode(sealed.head, type=Head)
        blob = sealed.read(0, head.length) if head.signature == signature else None
        return None if blob is None else msgspec.msgpack.decode(blob, type=Rows)
    except msgspec.MsgspecError:
        return None
    finally:
        sealed.close()
