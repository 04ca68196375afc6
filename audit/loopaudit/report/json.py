"""The contract that other tools read; it changes only with its version."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from loopaudit.findings import Audit

VERSION = 1


def render_json(audit: Audit) -> str:
    """One object: `version`, `findings`, `unparsed`, `stats`. Suppressed findings are there, marked."""
    return encode(
        {
            "version": VERSION,
            "findings": audit.findings,
            "unparsed": audit.unparsed,
            "stats": audit.stats,
        }
    )


def encode(document: dict[str, object]) -> str:
    """Indented JSON; a file name that is not valid UTF-8 is escaped, as nothing else can hold it."""
    try:
        return msgspec.json.format(msgspec.json.encode(document), indent=2).decode()
    except UnicodeEncodeError:
        return json.dumps(msgspec.to_builtins(document), indent=2)
