"""The event loop waits for a lock, a queue, a thread or a future.

What it finds
    `threading.Lock.acquire()` and `with lock:`, `queue.Queue.get()`, `Thread.join()`, `Event.wait()`,
    `concurrent.futures.Future.result()` and `Executor.shutdown()` under a coroutine.

Why it matters
    The loop waits for another thread; if that thread waits for the loop in turn, both wait for ever.

Bad
    async def total() -> int:
        future = pool.submit(count)
        return future.result()

Good
    async def total() -> int:
        return await asyncio.get_running_loop().run_in_executor(pool, count)

What it leaves alone on purpose
    `asyncio.Lock`, `asyncio.Queue`; `blocking=False`, `block=False`, `wait=False`, `timeout=0`,
    `get_nowait()`. A lock held for a moment around work in memory is one level milder.

How to silence
    # loopaudit: ignore[LA106] why it is fine here
    or `ignore = ["LA106"]` in [tool.loopaudit], or `per-file-ignores`.
"""

from __future__ import annotations

from loopaudit.rules.blocking import blocking_rule

RULE = blocking_rule("LA106", "lock-on-loop", __doc__, "lock")
