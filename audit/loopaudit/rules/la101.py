"""A file is opened, read, written or looked up on the event loop.

What it finds
    `open()`, `Path.read_text()`, `os.stat()`, `shutil.copy()` and their kin, in a coroutine or in any sync
    function that a coroutine calls, at any depth and across files.

Why it matters
    A local disk answers in microseconds while its pages are cached and in seconds when it is busy; a
    network disk may not answer at all. For that long no other request of the worker moves, `/health`
    included.

Bad
    async def upload(file: UploadFile) -> None:
        with open(target, "wb") as out:
            out.write(await file.read())

Good
    async def upload(file: UploadFile) -> None:
        await asyncio.to_thread(write_file, target, await file.read())

What it leaves alone on purpose
    Functions that are handed to a thread or process; `def` endpoints, which FastAPI runs in its thread
    pool; `aiofiles`, `anyio.Path`; paths that are only put together (`Path("a") / "b"`); reading at import.
    Start-up code is one level milder. Looking up metadata and small local reads are warnings or less, never
    errors.

How to silence
    # loopaudit: ignore[LA101] why it is fine here
    or `ignore = ["LA101"]` in [tool.loopaudit], or `per-file-ignores`.
"""

from __future__ import annotations

from loopaudit.rules.blocking import blocking_rule

RULE = blocking_rule("LA101", "file-on-loop", __doc__, "file")
