"""One name of the catalogue explained: what it does, why, what instead, when it is harmless."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from loopaudit.catalogue.conditions import CONDITIONS
from loopaudit.catalogue.expressions import print_expression
from loopaudit.report.canvas import SEVERITY_COLOURS, Canvas, dim, highlight_code
from loopaudit.report.rows import rule_of
from loopaudit.rules.severity import BY_COST
from loopaudit.rules.wording import DOING, as_sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loopaudit.catalogue.matcher import Catalogue
    from loopaudit.catalogue.model import ExternalType, Primitive, TypeExpr

RUNS = {
    "thread": "in a thread",
    "process": "in another process",
    "queue": "elsewhere, from a queue",
    "loop": "later, on the event loop",
    "inline": "during this very call",
    "never": "never",
    "greenlet": "during this very call, where only its own database may be waited for",
}
SYNC = {
    "loop": "on the event loop",
    "pool": "in a thread pool",
    "process": "in a process",
    "none": "not at all",
}
INDENT = " " * 9
MOST_MEMBERS = 60


def is_known(catalogue: Catalogue, name: str) -> bool:
    """Whether there is anything to say about `name`."""
    return catalogue.at(name).is_known or catalogue.type_of(name) is not None or _base(catalogue, name)


def _base(catalogue: Catalogue, name: str) -> bool:
    return any(row.name == catalogue.canonical(name) for row in catalogue.rows.base_classes)


def render_page(catalogue: Catalogue, name: str, place: str, canvas: Canvas) -> list[str]:
    """The page of `name`; place: `file:line` of its row, or ""."""
    member = catalogue.at(name)
    lines = [_title(catalogue, name, member.path)]
    for label, text in _paragraphs(catalogue, name, member.path):
        lines += canvas.wrap(text, f"{label:<8} ", INDENT)
    others = [other for other, _ in catalogue.rows.aliases if catalogue.canonical(other) == member.path]
    if others:
        lines += canvas.wrap(", ".join(others), "also     ", INDENT)
    if place:
        lines.append(f"{'row':<8} {place}")
    return highlight_code(lines)


def _title(catalogue: Catalogue, name: str, path: str) -> str:
    primitive = catalogue.at(name).primitive
    title = click.style(path, bold=True)
    if path != name:
        title += dim(f" (asked for as {name})")
    if primitive is None:
        return title
    severity = BY_COST[primitive.cost]
    return f"{title}  {rule_of(primitive)} {click.style(severity, fg=SEVERITY_COLOURS[severity])}"


def _paragraphs(catalogue: Catalogue, name: str, path: str) -> Iterator[tuple[str, str]]:
    member = catalogue.at(name)
    if member.primitive is not None:
        yield from _blocking(member.primitive)
    elif member.returns is not None or catalogue.type_of(name) is None:
        yield "what", _harmless(catalogue, name, member.returns)
    yield from _handed_over(catalogue, path)
    for base in catalogue.rows.base_classes:
        if base.name == path:
            names = ", ".join(f"`{method}`" for method in base.methods)
            yield "what", f"Of a subclass the library calls {names} {SYNC[base.sync]}. {base.why}"
    kind = catalogue.type_of(name)
    if kind is not None:
        yield from _class(catalogue, kind)


def _handed_over(catalogue: Catalogue, path: str) -> Iterator[tuple[str, str]]:
    """What becomes of a function that is given to it; the places it may be given at are told together."""
    callbacks = catalogue.callbacks(path)
    for runs in dict.fromkeys(row.runs for row in callbacks):
        rows = [row for row in callbacks if row.runs == runs]
        given = " or ".join(f"`{row.argument}`" for row in rows)
        yield "what", f"It runs the function given as {given} {RUNS[runs]}. {rows[0].why}"
    entries = catalogue.entries(path)
    for kind in dict.fromkeys(row.kind for row in entries):
        found = [row for row in entries if row.kind == kind]
        given = " or ".join(f"`{row.handler}`" for row in found)
        taken = (
            "the function below it" if found[0].handler == "decorated" else f"the function given as {given}"
        )
        article = "an" if kind[0] in "aeiou" else "a"
        where = SYNC[found[0].sync]
        yield "what", f"It takes in {taken} as {article} {kind}; a plain `def` runs {where}. {found[0].why}"


def _blocking(row: Primitive) -> Iterator[tuple[str, str]]:
    deed = "burns CPU on a model" if row.kind == "model" and row.cost == "cpu" else DOING[row.kind]
    yield "what", f"It {deed}. Kind: {row.kind}; cost: {row.cost}."
    yield "why", row.why
    yield "instead", as_sentence(row.instead)
    if row.unless:
        yield "unless", " Or ".join(_meaning(name) for name in row.unless)
    if row.timeout:
        yield "timeout", f"`{row.timeout}=` bounds the wait; without it LA401 speaks too."
    if row.returns is not None and row.returns.head != "none":
        yield "gives", f"`{print_expression(row.returns)}`"


def _meaning(condition: str) -> str:
    """What a condition is about, in the words of its own documentation."""
    sentence = " ".join((CONDITIONS[condition].__doc__ or "").split())
    return f"`{condition}`: {sentence}"


def _harmless(catalogue: Catalogue, name: str, returns: TypeExpr | None) -> str:
    gives = (
        f" and gives `{print_expression(returns)}`" if returns is not None and returns.head != "none" else ""
    )
    verb = "It is an object" if catalogue.object_at(name) is not None else "It does not wait"
    return f"{verb}{gives}."


def _class(catalogue: Catalogue, kind: ExternalType) -> Iterator[tuple[str, str]]:
    what = "A class whose methods are awaited." if kind.is_async else "A class."
    if kind.default:
        what += " Every method without a row of its own waits."
    if kind.thread_bound:
        what += " An instance belongs to the thread that made it (LA301)."
    yield "what", what
    for label, bases in (("bases", kind.bases), ("like", kind.like)):
        if bases:
            yield label, ", ".join(bases)
    owners = catalogue.bases(kind.name)
    prefixes = tuple(f"{owner}." for owner in owners)
    members = (row.name.rpartition(".") for row in catalogue.rows.primitives if row.name.startswith(prefixes))
    blocking = sorted({last for owner, _, last in members if owner in owners})
    if blocking:
        rest = f" and {len(blocking) - MOST_MEMBERS} more" if len(blocking) > MOST_MEMBERS else ""
        yield "blocks", ", ".join(blocking[:MOST_MEMBERS]) + rest
