"""The catalogue as a list: one line a row, or a line a library, or JSON."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import click
import msgspec

from loopaudit.catalogue.expressions import print_expression
from loopaudit.report.canvas import SEVERITY_COLOURS, Canvas, count, dim
from loopaudit.report.json import VERSION, encode
from loopaudit.rules import RULES
from loopaudit.rules.severity import BY_COST

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from loopaudit.catalogue.matcher import Catalogue
    from loopaudit.catalogue.model import Primitive

BLOCKS, TYPE, GIVES, OBJECT = "blocks", "type", "gives", "object"
RUNS, TAKES_IN, MOUNTS, BASE = "runs", "takes in", "mounts", "base class"


class Line(msgspec.Struct, frozen=True):
    """A row, as far as people look for one. sort: what the row says of the name."""

    name: str
    sort: str
    library: str
    kind: str = ""
    cost: str = ""
    rule: str = ""
    instead: str = ""
    why: str = ""
    returns: str = ""
    timeout: str = ""
    unless: tuple[str, ...] = ()

    def is_about(self, words: Sequence[str]) -> bool:
        """Whether every word occurs in the name, the library, the kind or the sort."""
        text = f"{self.name} {self.library} {self.kind} {self.sort}".lower()
        return all(word.lower() in text for word in words)


class RowsDocument(msgspec.Struct, frozen=True):
    """What `loopaudit catalogue --output-format json` prints."""

    version: int
    rows: tuple[Line, ...]


def rule_of(primitive: Primitive) -> str:
    """The code of the rule that speaks of it; models of this process have another than those elsewhere."""
    codes = sorted(rule.code for rule in RULES if primitive.kind in rule.kinds)
    return codes[-1 if primitive.cost == "cpu" else 0]


def list_lines(catalogue: Catalogue) -> Iterator[Line]:
    """Every row, blocking calls first, as they are written."""
    rows = catalogue.rows
    for row in rows.primitives:
        returns = print_expression(row.returns) if row.returns is not None else ""
        yield Line(
            name=row.name,
            sort=BLOCKS,
            library=row.library,
            kind=row.kind,
            cost=row.cost,
            rule=rule_of(row),
            instead=row.instead,
            why=row.why,
            returns=returns,
            timeout=row.timeout,
            unless=row.unless,
        )
    yield from (Line(row.name, TYPE, row.library) for row in rows.types)
    for sort, values in ((GIVES, rows.values), (OBJECT, rows.objects)):
        yield from (
            Line(row.name, sort, row.library, returns=print_expression(row.returns)) for row in values
        )
    yield from (Line(row.name, RUNS, row.library, kind=row.runs, why=row.why) for row in rows.callbacks)
    yield from (Line(row.name, TAKES_IN, row.library, kind=row.kind, why=row.why) for row in rows.entries)
    yield from (Line(row.name, MOUNTS, row.library) for row in rows.mounts)
    yield from (Line(row.name, BASE, row.library, kind=row.kind, why=row.why) for row in rows.base_classes)


def render_libraries(lines: Sequence[Line]) -> list[str]:
    """A line a library: how many of its calls block, and how many rows there are in all."""
    all_rows, blocking = Counter[str](), Counter[str]()
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    for line in lines:
        all_rows[line.library] += 1
        if line.sort == BLOCKS:
            blocking[line.library] += 1
            kinds[line.library][line.kind] += 1
    width = max(map(len, all_rows), default=0)
    drawn = []
    for library in sorted(all_rows, key=str.lower):
        spread = ", ".join(kind for kind, _ in kinds[library].most_common())
        drawn.append(f"{library:<{width}}  {blocking[library]:>5} of {all_rows[library]:>5}  {dim(spread)}")
    blocks, total = blocking.total(), all_rows.total()
    drawn.append("")
    libraries = count(len(all_rows), "library", "libraries")
    drawn.append(f"{count(blocks, 'blocking call')} among {count(total, 'row')} of {libraries}.")
    return drawn


def render_lines(lines: Sequence[Line], canvas: Canvas) -> list[str]:
    """A line a row: what it is called, what it does, which rule says so."""
    width = min(max((len(line.name) for line in lines), default=0), (canvas.width or 140) - 40)
    return [f"{line.name:<{width}}  {_deed(line)}" for line in lines]


def _deed(line: Line) -> str:
    if line.sort != BLOCKS:
        said = f"{line.sort} {line.kind or line.returns}".rstrip()
        return dim(said)
    colour = SEVERITY_COLOURS[BY_COST[line.cost]]
    return f"{line.rule} {click.style(f'{line.kind}, {line.cost}', fg=colour)}"


def render_rows_json(lines: Sequence[Line]) -> str:
    """The rows as one object."""
    return encode(RowsDocument(VERSION, tuple(lines)))
