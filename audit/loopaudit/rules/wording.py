"""The sentences of findings: what happens, who suffers and by which path, and what to write instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from loopaudit.static.observations import BlockedCall

DOING = {
    "file": "touches the disk",
    "network": "waits for the network",
    "database": "waits for the database",
    "subprocess": "waits for another process",
    "sleep": "sleeps",
    "lock": "waits for another thread",
    "dns": "waits for a name server",
    "input": "waits for somebody at the console",
    "cloud": "waits for a remote service",
    "model": "waits for a model",
    "cpu": "burns CPU",
    "hash": "burns CPU on hashing or encryption",
    "compress": "burns CPU on compression",
    "serialise": "burns CPU on parsing or serialising",
    "image": "burns CPU on an image",
    "dataframe": "burns CPU on a table",
    "logging": "writes a log record",
}


def describe_blocking(call: BlockedCall) -> str:
    """What blocks the loop, who calls it, by which path."""
    deed = "burns CPU on a model" if is_local_model(call) else DOING[call.primitive.kind]
    where = " of a program that serves nobody else meanwhile" if call.circumstances.alone else ""
    where += ", once" if call.circumstances.once else ""
    return f"`{call.primitive.name}` {deed} on the event loop{where}: {describe_path(call)}"


def is_local_model(call: BlockedCall) -> bool:
    """Inference in this very process, not a request to a model elsewhere."""
    return call.primitive.kind == "model" and call.primitive.cost == "cpu"


def describe_path(call: BlockedCall) -> str:
    """The coroutine and the functions between it and the primitive, by their short names."""
    caller = f"`{brief(call.at.function)}`"
    if not call.in_coroutine:
        caller += ", which runs on the loop,"
    between = [f"`{brief(hop.function)}`" for hop in call.chain[1:]]
    return f"{caller} reaches it through {' -> '.join(between)}" if between else f"{caller} calls it"


def advise(call: BlockedCall) -> str:
    """What to write instead; for a deep chain also how to move the whole helper off the loop."""
    sentences = [_advise_within_library(call) or as_sentence(call.primitive.instead)]
    if len(call.chain) > 1:
        sentences.append(_advise_moving(call))
    if call.awaited_never:
        sentences.append(
            f"Or drop `async`: `{short(call.at.function)}` never awaits, "
            "and a `def` handler runs in the thread pool."
        )
    return " ".join(sentence for sentence in sentences if sentence)


def _advise_within_library(call: BlockedCall) -> str:
    """What the primitive should be instead is the library's business, not the reader's."""
    last = call.chain[-1]
    return (
        f"an async API of `{last.function.partition('.')[0]}`, if it has one." if last.is_in_library else ""
    )


def _advise_moving(call: BlockedCall) -> str:
    callee = short(call.chain[0].calls)
    if not call.in_coroutine:
        return (
            f"`{short(call.at.function)}` cannot await: start a task, and move the work off the loop there."
        )
    if callee.startswith("__"):
        return "Or put the block into a function and move that off: `await asyncio.to_thread(function, ...)`."
    session = ", with a session that it opens itself" if call.primitive.kind == "database" else ""
    return f"Or move the whole helper off the loop: `await asyncio.to_thread({callee}, ...)`{session}."


def short(name: str) -> str:
    """The last part of a dotted name."""
    return name.rpartition(".")[2]


def brief(name: str) -> str:
    """The last part of a dotted name, with its class if it has one: `Store.save` of `pkg.Store.save`."""
    parts = name.split(".")
    return ".".join(parts[-2:]) if len(parts) > 1 and parts[-2][:1].isupper() else parts[-1]


def as_sentence(text: str) -> str:
    """With a full stop; no capital, for it often begins with code. Empty stays empty."""
    text = text.strip()
    return text if not text or text[-1] in ".!?" else f"{text}."
