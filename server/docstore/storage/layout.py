"""Where things lie under the data directory. Paths are made of ids that we gave, never of names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Layout:
    """`incoming/` holds what arrives, a folder for each process; `blobs/` and `texts/` what is complete."""

    root: Path

    @property
    def incoming(self) -> Path:
        return self.root / "incoming"

    @property
    def blobs(self) -> Path:
        return self.root / "blobs"

    @property
    def texts(self) -> Path:
        return self.root / "texts"

    def blob(self, document_id: str) -> Path:
        """The bytes as they were uploaded. Sharded by the id's random end: its beginning is the time."""
        return self.blobs / document_id[-2:] / document_id

    def text(self, document_id: str) -> Path:
        """The extracted text, UTF-8."""
        return self.texts / document_id[-2:] / f"{document_id}.txt"

    def spans(self, document_id: str) -> Path:
        """Where the passages end in the text: unsigned 64-bit byte offsets."""
        return self.texts / document_id[-2:] / f"{document_id}.spans"

    def create(self) -> None:
        """Make the folders; shards come with their first file."""
        for folder in (self.incoming, self.blobs, self.texts):
            folder.mkdir(parents=True, exist_ok=True)
