"""The labels: call sites in published packages, judged blocking or safe by reading the code."""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path

import msgspec

LABELS = Path(__file__).parents[2] / "tests" / "corpus" / "labels.jsonl"


class Label(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One call site. file: relative to the unpacked package. line: where the call starts, 1-based.

    label: `blocking` (on the loop, it waits or burns CPU) | `safe` (a careless tool would report it). hops:
    project functions between the coroutine and the primitive. kind: as in the catalogue.
    """

    package: str
    version: str
    file: str
    line: int
    function: str
    label: str
    kind: str
    hops: int
    across_files: bool
    primitive: str
    primitive_file: str
    primitive_line: int
    unbounded: bool
    family: str
    why: str

    @property
    def requirement(self) -> str:
        return f"{self.package}=={self.version}"

    @property
    def is_blocking(self) -> bool:
        return self.label == "blocking"

    @property
    def is_held_out(self) -> bool:
        """Half of the labels, told by a digest: nobody looks at them while the auditor is tuned."""
        place = f"{self.package}:{self.file}:{self.line}:{self.kind}"
        return blake2b(place.encode(), digest_size=1).digest()[0] & 1 == 1


def read_labels(path: Path = LABELS) -> list[Label]:
    """All labels. Raises msgspec.DecodeError for a line that is none."""
    return [msgspec.json.decode(line, type=Label) for line in path.read_bytes().splitlines() if line]
