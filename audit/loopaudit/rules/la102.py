"""A synchronous network call waits on the event loop.

What it finds
    `requests`, `urllib.request`, `socket`, `smtplib`, synchronous `httpx` and others, called by a coroutine
    or by any sync function under it.

Why it matters
    The other side decides how long the loop stands still. One slow peer freezes every request of the
    worker, and time-outs of other clients fire while nothing is wrong with them.

Bad
    async def price(symbol: str) -> float:
        return requests.get(f"{URL}/{symbol}", timeout=5).json()["price"]

Good
    async def price(symbol: str, client: httpx.AsyncClient) -> float:
        return (await client.get(f"{URL}/{symbol}")).json()["price"]

What it leaves alone on purpose
    `httpx.AsyncClient`, `aiohttp` and other libraries whose methods are awaited: types decide, not the
    method's name. Sessions that are only made or configured. Calls handed to a thread.

How to silence
    # loopaudit: ignore[LA102] why it is fine here
    or `ignore = ["LA102"]` in [tool.loopaudit], or `per-file-ignores`.
"""

from __future__ import annotations

from loopaudit.rules.blocking import blocking_rule

RULE = blocking_rule("LA102", "network-on-loop", __doc__, "network")
