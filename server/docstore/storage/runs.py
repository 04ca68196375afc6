"""Whose an unfinished upload is: a lock that dies with its process tells leftovers from work."""

from __future__ import annotations

import fcntl
import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from docstore.identifiers import new_id

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Run:
    """This process's own folder under `incoming/`, locked while it lives. kill -9 releases the lock."""

    def __init__(self, incoming: Path) -> None:
        self.folder = incoming / new_id("run")
        self.folder.mkdir()
        self._descriptor = os.open(self.folder / "lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)

    def close(self) -> None:
        """Nothing arrives any more: the folder goes with whatever is in it."""
        shutil.rmtree(self.folder, ignore_errors=True)
        os.close(self._descriptor)


def sweep_dead_runs(incoming: Path, own: Run) -> tuple[int, bool]:
    """Remove what dead processes left. Returns how many partial files went, and whether we are alone."""
    removed, is_alone = 0, True
    for folder in incoming.iterdir():
        if folder == own.folder:
            continue
        if is_locked(folder / "lock"):
            is_alone = False
            continue
        removed += sum(1 for path in folder.iterdir() if path.name != "lock")
        shutil.rmtree(folder)
    return removed, is_alone


def is_locked(lock: Path) -> bool:
    """True while the process that made the lock lives."""
    try:
        descriptor = os.open(lock, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:  # killed between making the folder and the lock
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


@contextmanager
def holding_house(incoming: Path) -> Iterator[None]:
    """One process at a time starts or sweeps: a run that is being born is not a dead one."""
    descriptor = os.open(incoming.with_name("incoming.lock"), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
