"""The event loop waits for another process.

What it finds
    `subprocess.run()`, `Popen.wait()`, `os.system()` and libraries that start programs, under a coroutine.

Why it matters
    A program runs as long as it likes. The loop stands still until it ends, and output that nobody reads
    may mean that it never ends.

Bad
    async def convert(path: str) -> None:
        subprocess.run(["pandoc", path], check=True)

Good
    async def convert(path: str) -> None:
        process = await asyncio.create_subprocess_exec("pandoc", path)
        await process.wait()

What it leaves alone on purpose
    `asyncio.create_subprocess_exec`; calls handed to a thread.

How to silence
    # loopaudit: ignore[LA104] why it is fine here
    or `ignore = ["LA104"]` in [tool.loopaudit], or `per-file-ignores`.
"""

from __future__ import annotations

from loopaudit.rules.blocking import blocking_rule

RULE = blocking_rule("LA104", "subprocess-on-loop", __doc__, "subprocess")
