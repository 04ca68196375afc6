"""A synchronous cloud or model client waits on the event loop.

What it finds
    boto3, google-cloud, azure and minio clients, synchronous OpenAI, Anthropic and Cohere clients and the
    like, under a coroutine.

Why it matters
    A completion takes seconds, an upload to object storage minutes. Retries inside these clients sleep as
    well. The loop stands still for all of it.

Bad
    async def answer(question: str) -> str:
        return OpenAI().responses.create(model=MODEL, input=question).output_text

Good
    async def answer(question: str, client: AsyncOpenAI) -> str:
        return (await client.responses.create(model=MODEL, input=question)).output_text

What it leaves alone on purpose
    Asynchronous clients; clients that are only made. Inference in this very process is LA203.

How to silence
    # loopaudit: ignore[LA109] why it is fine here
    or `ignore = ["LA109"]` in [tool.loopaudit], or `per-file-ignores`.
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
    """Cloud clients, and of the models only those that are somewhere else."""
    for call in observations.blocked:
        if call.primitive.kind in rule.kinds and not is_local_model(call) and not call.offloaded_too_late:
            yield report_blocking(rule, call)


RULE = Rule("LA109", "remote-client-on-loop", __doc__ or "", frozenset({"cloud", "model"}), check)
