"""Data of any size is hashed, encrypted or compressed on the event loop.

What it finds
    `hashlib.sha256(data)`, `bcrypt.hashpw()`, `zlib.compress()`, `gzip`, `zipfile` and their kin under a
    coroutine.

Why it matters
    SHA-256 takes a millisecond for every megabyte or two; a password hash is slow on purpose, a quarter of
    a second. All of it is time in which no other request is served.

Bad
    async def store(content: bytes) -> str:
        return hashlib.sha256(content).hexdigest()

Good
    async def store(content: bytes) -> str:
        return await asyncio.to_thread(digest, content)     # hashlib lets go of the GIL

What it leaves alone on purpose
    Small constant input (`hashlib.sha256(b"salt")`); making a hash object without data; `hexdigest()`
    itself; functions handed to a thread or process.

How to silence
    # loopaudit: ignore[LA201] why it is fine here
    or `ignore = ["LA201"]` in [tool.loopaudit], or `per-file-ignores`.
"""

from __future__ import annotations

from loopaudit.rules.blocking import blocking_rule

RULE = blocking_rule("LA201", "hash-on-loop", __doc__, "hash", "compress")
