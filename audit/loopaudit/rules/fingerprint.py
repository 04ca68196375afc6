"""A name for a finding that survives line moves, reformatting and renamed files."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from loopaudit.findings import Finding

LENGTH = 20
"""Hex digits kept: 80 bits, far more than the findings of any project need to stay apart."""


def fingerprint(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Give each finding its fingerprint; findings alike in all but place are numbered in the order given.
    What happens inside a library changes with its version, and tells no two findings apart."""
    seen: Counter[tuple[str, ...]] = Counter()
    for finding in findings:
        identity = (
            finding.rule,
            finding.function,
            finding.primitive,
            *(f"{hop.function}>{hop.calls}" for hop in finding.chain if not hop.is_in_library),
        )
        ordinal = seen[identity]
        seen[identity] += 1
        digest = sha256("\0".join((*identity, str(ordinal))).encode()).hexdigest()
        yield msgspec.structs.replace(finding, fingerprint=digest[:LENGTH])
