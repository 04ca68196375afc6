"""The digest that a client announces: `Content-SHA256` in hexadecimal, or RFC 9530 `Repr-Digest`."""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING

from docstore.errors import BadRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

HEXADECIMAL = re.compile(r"[0-9a-fA-F]{64}")
# A structured-fields dictionary; algorithms other than sha-256 are allowed and left alone.
REPR_DIGEST = re.compile(r"(?:^|,)\s*sha-256\s*=\s*:([A-Za-z0-9+/=]*):")


def announced_sha256(headers: Mapping[str, str]) -> str | None:
    """Hexadecimal, or None when nothing was announced; raises BadRequest when it cannot be read."""
    plain = headers.get("content-sha256")
    if plain is not None:
        if not HEXADECIMAL.fullmatch(plain.strip()):
            raise BadRequest("Content-SHA256 must be 64 hexadecimal digits.")
        return plain.strip().lower()
    structured = headers.get("repr-digest")
    if structured is None:
        return None
    found = REPR_DIGEST.search(structured)
    return None if found is None else decode_sha256(found[1])


def decode_sha256(encoded: str) -> str:
    """Base64 to hexadecimal."""
    try:
        digest = base64.b64decode(encoded, validate=True)
    except binascii.Error as error:
        raise BadRequest("Repr-Digest: sha-256 must be base64 between colons.") from error
    if len(digest) != 32:
        raise BadRequest(f"Repr-Digest: sha-256 has 32 bytes, not {len(digest)}.")
    return digest.hex()


def as_repr_digest(sha256: str) -> str:
    """The header that we send with content."""
    return f"sha-256=:{base64.b64encode(bytes.fromhex(sha256)).decode()}:"
