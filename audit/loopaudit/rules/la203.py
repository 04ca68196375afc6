"""An image, a table or a model is computed on the event loop.

What it finds
    PIL and OpenCV, pandas and polars, and inference in this process (torch, transformers, sentence-
    transformers) under a coroutine.

Why it matters
    These calls take from ten milliseconds to minutes. A model behind a network is LA109; this one keeps a
    core busy here, and the loop with it.

Bad
    async def thumbnail(data: bytes) -> bytes:
        return shrink(Image.open(BytesIO(data)))

Good
    async def thumbnail(data: bytes) -> bytes:
        return await asyncio.to_thread(shrink_bytes, data)

What it leaves alone on purpose
    Loading a model once at start-up is one level milder. Work handed to a thread or process.

How to silence
    # loopaudit: ignore[LA203] why it is fine here
    or `ignore = ["LA203"]` in [tool.loopaudit], or `per-file-ignores`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.rules.blocking import report_blocking
from loopaudit.rules.model import Rule
from loopaudit.rules.wording import is_local_model

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loopaudit.findings import Finding
    from loopaudit.static.observations import Observations


def check(rule: Rule, observations: Observations) -> Iterator[Finding]:
    """Images and tables, and of the models only those that run in this process."""
    for call in observations.blocked:
        is_ours = call.primitive.kind != "model" or is_local_model(call)
        if call.primitive.kind in rule.kinds and is_ours and not call.offloaded_too_late:
            yield report_blocking(rule, call)


RULE = Rule("LA203", "heavy-cpu-on-loop", __doc__ or "", frozenset({"image", "dataframe", "model"}), check)
