"""One file on disk to its encoded facts: what a worker does, in a process of its own or not."""

from __future__ import annotations

import gc
import os
from typing import NamedTuple

from loopaudit.static.facts import ENCODER
from loopaudit.static.lower.parse import LARGEST_FILE_BYTES, Refusal, too_large
from loopaudit.static.store import digest_of
from loopaudit.static.summarise import refused, summarise


class Read(NamedTuple):
    """What was read: a tuple, because it travels between processes. No status: not to be remembered."""

    digest: bytes
    encoded: bytes
    status: os.stat_result | None


def read_facts(path: str) -> Read:
    """Read and summarise one file. Never raises for what the file is or holds."""
    try:
        with open(path, "rb") as stream:  # noqa: PTH123 - a string: thousands of files
            status = os.fstat(stream.fileno())
            if status.st_size > LARGEST_FILE_BYTES:
                return refuse(too_large(status.st_size))
            source = stream.read()
    except OSError as error:
        return refuse(Refusal(f"The file cannot be read: {error.strerror or error}."))
    try:
        return Read(digest_of(source), ENCODER.encode(summarise(source)), status)
    except Exception as error:  # noqa: BLE001 (a fault of ours must not keep other files unread)
        problem = f"{type(error).__name__}: {error}"
        return refuse(Refusal(f"loopaudit failed on it, please report this: {problem}."))


def read_all(paths: list[str]) -> list[Read]:
    """Several files in a row, without the pauses of the garbage collector: trees are no cycles."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        return [read_facts(path) for path in paths]
    finally:
        if was_enabled:
            gc.enable()


def refuse(refusal: Refusal) -> Read:
    """The facts of a file that was not read."""
    return Read(digest_of(refusal.message.encode()), ENCODER.encode(refused(refusal)), None)
