"""Who is still running: every process that inherited a mark in its environment."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path


def find_marked(mark: str) -> list[str]:
    """The command lines of living processes whose environment holds the mark."""
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdecimal():
            with contextlib.suppress(OSError):
                if mark.encode() in (process / "environ").read_bytes():
                    found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
    return found


def wait_until_gone(mark: str, seconds: float) -> list[str]:
    """What is still running after at most so long."""
    until = time.monotonic() + seconds
    while (left := find_marked(mark)) and time.monotonic() < until:
        time.sleep(0.1)
    return left
