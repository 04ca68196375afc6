"""The event loop itself is put to sleep.

What it finds
    `time.sleep()` under a coroutine, most often in a retry helper that was written for threads.

Why it matters
    Nothing else runs meanwhile: one sleeping request stops all of them.

Bad
    async def poll() -> None:
        while not ready():
            time.sleep(1)

Good
    async def poll() -> None:
        while not ready():
            await asyncio.sleep(1)

What it leaves alone on purpose
    `asyncio.sleep`; `time.sleep(0)`; helpers that are handed to a thread; a project function that happens
    to be called `sleep`.

How to silence
    # loopaudit: ignore[LA105] why it is fine here
    or `ignore = ["LA105"]` in [tool.loopaudit], or `per-file-ignores`.
"""

from __future__ import annotations

from loopaudit.rules.blocking import blocking_rule

RULE = blocking_rule("LA105", "sleep-on-loop", __doc__, "sleep")
