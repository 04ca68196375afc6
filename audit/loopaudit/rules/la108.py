"""The event loop waits for somebody at the console.

What it finds
    `input()`, `getpass.getpass()` and reads from standard input under a coroutine.

Why it matters
    Nobody may be there. Until somebody presses Enter, nothing else runs: no time-out, no heartbeat, no
    signal handler.

Bad
    async def confirm() -> bool:
        return input("Sure? ") == "y"

Good
    async def confirm() -> bool:
        return await asyncio.to_thread(input, "Sure? ") == "y"

What it leaves alone on purpose
    `print()`; a method called `input` of a class of the project; commands that run before the loop does.

How to silence
    # loopaudit: ignore[LA108] why it is fine here
    or `ignore = ["LA108"]` in [tool.loopaudit], or `per-file-ignores`.
"""

from __future__ import annotations

from loopaudit.rules.blocking import blocking_rule

RULE = blocking_rule("LA108", "input-on-loop", __doc__, "input")
