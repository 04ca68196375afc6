"""What a dead process left is swept; what a living one writes is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from docstore.storage.threads import FileThreads

from tests.docstore.disks import open_store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

pytestmark = pytest.mark.anyio


@pytest.fixture
async def threads() -> AsyncIterator[FileThreads]:
    opened = FileThreads(4)
    yield opened
    await opened.close()


async def test_what_a_dead_process_left_is_swept_and_what_a_living_one_writes_is_not(
    tmp_path: Path, threads: FileThreads
) -> None:
    living = await open_store(tmp_path, threads)
    (living.run.folder / "doc_alive.part").write_bytes(b"arriving")
    dead = living.layout.incoming / "run_dead"
    dead.mkdir()
    (dead / "lock").touch()
    (dead / "doc_dead.part").write_bytes(b"left")
    unlocked = living.layout.incoming / "run_killed_before_its_lock"
    unlocked.mkdir()

    other = await open_store(tmp_path, threads)

    assert other.swept_files == 1
    assert not dead.exists()
    assert not unlocked.exists()
    assert (living.run.folder / "doc_alive.part").exists()
    # Not alone: a file without a row may belong to the other, unless it is old.
    assert other.orphans_before < living.orphans_before
    await other.close()
    await living.close()
