"""The call that should run in a thread runs before the thread is asked: `to_thread(f())`.

What it finds
    A blocking call that stands among the arguments of an offloader. `f()` runs first, here, on the loop;
    what goes to the thread is its result.

Why it matters
    The code looks cured and blocks as before. And the thread then calls something that is not a function.

Bad
    await asyncio.to_thread(requests.get(url, timeout=5))

Good
    await asyncio.to_thread(requests.get, url, timeout=5)

What it leaves alone on purpose
    Arguments that are cheap to make (`to_thread(save, Path(name))`); `functools.partial(f, x)`; lambdas.

How to silence
    # loopaudit: ignore[LA501] why it is fine here
    or `ignore = ["LA501"]` in [tool.loopaudit], or `per-file-ignores`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from loopaudit.rules.blocking import report_blocking
from loopaudit.rules.model import Rule
from loopaudit.rules.wording import DOING, brief, short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loopaudit.findings import Finding
    from loopaudit.static.observations import BlockedCall, Observations


def check(rule: Rule, observations: Observations) -> Iterator[Finding]:
    """Blocking calls among an offloader's arguments, whatever their kind."""
    for call in observations.blocked:
        if call.offloaded_too_late:
            yield msgspec.structs.replace(
                report_blocking(rule, call), severity="error", message=_describe(call), advice=_advise(call)
            )


def _describe(call: BlockedCall) -> str:
    name, primitive = call.chain[0].calls, call.primitive
    reached = f", through `{name}`" if len(call.chain) > 1 else ""
    return (
        f"`{call.offloader}` is given the result of `{name}(...)`, not the function: `{primitive.name}` "
        f"{DOING[primitive.kind]} on the event loop before any thread is asked "
        f"(`{brief(call.at.function)}`{reached})"
    )


def _advise(call: BlockedCall) -> str:
    name = short(call.chain[0].calls)
    return f"Hand over the function and its arguments apart: `{short(call.offloader)}({name}, ...)`."


RULE = Rule("LA501", "called-before-offloading", __doc__ or "", frozenset(), check)
