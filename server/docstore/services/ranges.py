"""Which bytes of a file a request asks for (RFC 9110: Range, If-Range, If-None-Match)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docstore.errors import RangeOutside

if TYPE_CHECKING:
    from collections.abc import Mapping

ONE_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ByteRange:
    """`start` to `stop`, without `stop`."""

    start: int
    stop: int

    @property
    def length(self) -> int:
        return self.stop - self.start


def is_unchanged(headers: Mapping[str, str], etag: str) -> bool:
    """True when the client has this version: 304."""
    known = headers.get("if-none-match")
    if known is None:
        return False
    tags = [tag.strip().removeprefix("W/") for tag in known.split(",")]
    return "*" in tags or etag in tags


def asked_range(headers: Mapping[str, str], size: int, etag: str) -> ByteRange | None:
    """None: the whole file; so do several ranges, which RFC 9110 allows. Raises RangeOutside."""
    condition = headers.get("if-range")
    found = ONE_RANGE.fullmatch(headers.get("range", "").replace(" ", ""))
    if found is None or found.groups() == ("", "") or (condition is not None and condition.strip() != etag):
        return None
    first, last = found.groups()
    if first == "":
        start, stop = max(0, size - int(last)), size
    else:
        start, stop = int(first), min(size, int(last) + 1) if last else size
        if last and int(last) < int(first):
            return None  # not a valid range at all: to be ignored
    if start >= stop:
        raise RangeOutside(
            f"The file has {size} bytes; ask for a part of them.",
            headers={"Content-Range": f"bytes */{size}"},
        )
    return ByteRange(start, stop)
