"""What the reading process does: a blob in, its text and the ends of its passages out, as files.

Only two small values cross the pipe: sending the text itself would unpickle megabytes on the event loop.
"""

from __future__ import annotations

import os
from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docstore.processing.fence import fence_process
from docstore.processing.passages import cut_passages
from docstore.processing.readers import READERS

if TYPE_CHECKING:
    from pathlib import Path

OFFSET_TYPE = "Q"
OFFSET_BYTES = 8


@dataclass(frozen=True, slots=True)
class ExtractOrder:
    """Which file to read, as what, where to put text and spans, and within what."""

    blob: Path
    kind: str
    text: Path
    spans: Path
    memory_bytes: int
    seconds: float


def extract(order: ExtractOrder) -> int:
    """How many passages the text has. Raises UnreadableError, MemoryError; doing it twice changes nothing."""
    fence_process(order.memory_bytes, order.seconds)
    text = READERS[order.kind](order.blob.read_bytes())
    passages = [passage.encode() for passage in cut_passages(text)]
    ends = array(OFFSET_TYPE)
    end = 0
    for passage in passages:
        end += len(passage)
        ends.append(end)
    replace_file(order.text, b"".join(passages))
    replace_file(order.spans, ends.tobytes())
    return len(passages)


def replace_file(path: Path, content: bytes) -> None:
    """Whole or not at all."""
    path.parent.mkdir(exist_ok=True)
    partial = path.with_name(f"{path.name}.part")
    with partial.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def read_passages(text: Path, spans: Path, first: int, count: int) -> list[str]:
    """Passages `first` to `first + count`, without reading the others."""
    skip = max(0, first - 1)
    with spans.open("rb") as file:
        file.seek(skip * OFFSET_BYTES)
        ends = array(OFFSET_TYPE, file.read((first - skip + count) * OFFSET_BYTES))
    start = 0 if first == 0 else ends.pop(0)
    with text.open("rb") as file:
        file.seek(start)
        content = file.read(ends[-1] - start) if ends else b""
    passages: list[str] = []
    for end in ends:
        passages.append(content[: end - start].decode())
        content = content[end - start :]
        start = end
    return passages
