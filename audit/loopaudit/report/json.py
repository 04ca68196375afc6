"""The contract that other tools read; it changes only with its version."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import msgspec

from loopaudit.findings import Finding, Stats, Unparsed  # noqa: TC001 (msgspec reads the annotations)

if TYPE_CHECKING:
    from loopaudit.findings import Audit

VERSION = 1


class Document(msgspec.Struct, frozen=True):
    """What `loopaudit check --output-format json` prints; suppressed findings are there, marked."""

    version: int
    findings: tuple[Finding, ...]
    unparsed: tuple[Unparsed, ...]
    stats: Stats


def render_json(audit: Audit) -> str:
    """The audit as one object."""
    return encode(Document(VERSION, audit.findings, audit.unparsed, audit.stats))


def describe_document() -> str:
    """The JSON Schema of the document; `docs/check-output.schema.json` is this text."""
    return json.dumps(msgspec.json.schema(Document), indent=2) + "\n"


def encode(document: object) -> str:
    """Indented JSON; a file name that is not valid UTF-8 is escaped, as nothing else can hold it."""
    try:
        return msgspec.json.format(msgspec.json.encode(document), indent=2).decode()
    except UnicodeEncodeError:
        return json.dumps(msgspec.to_builtins(document), indent=2)
