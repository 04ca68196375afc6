"""A name is resolved on the event loop.

What it finds
    `socket.getaddrinfo()`, `socket.gethostbyname()` and their kin under a coroutine.

Why it matters
    Resolving is a network call in disguise: five seconds a try, by default, when a name server does not
    answer.

Bad
    async def address(host: str) -> str:
        return socket.gethostbyname(host)

Good
    async def address(host: str) -> str:
        found = await asyncio.get_running_loop().getaddrinfo(host, None)
        return found[0][4][0]

What it leaves alone on purpose
    `loop.getaddrinfo`; `socket.inet_aton()` and other conversions; calls handed to a thread.

How to silence
    # loopaudit: ignore[LA107] why it is fine here
    or `ignore = ["LA107"]` in [tool.loopaudit], or `per-file-ignores`.
"""

from __future__ import annotations

from loopaudit.rules.blocking import blocking_rule

RULE = blocking_rule("LA107", "dns-on-loop", __doc__, "dns")
