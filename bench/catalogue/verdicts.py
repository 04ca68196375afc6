"""What became of each row's statement, over all environments."""

from __future__ import annotations

import platform
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.catalogue.environments import longest_prefix

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bench.catalogue.claims import Statement
    from bench.catalogue.environments import Plan

PROVEN, ABSENT = "proven", "absent"
UNTRIED = "untried"
"""Its library was not looked at in this run."""

EXCUSED = "excused"
"""`distributions.toml` says why nothing proves it."""


@dataclass(frozen=True)
class Verdict:
    """One statement and what was found: `proven`, `excused`, `untried`, or what is wrong."""

    statement: Statement
    word: str

    @property
    def is_wrong(self) -> bool:
        """Whether somebody has to look at it."""
        return self.word not in {PROVEN, EXCUSED, UNTRIED}


def conclude(statements: Sequence[Statement], said: Sequence[Sequence[str]], plan: Plan) -> list[Verdict]:
    """One verdict a statement, of what every environment said about it: proven in one is proven."""
    return [
        Verdict(statement, _conclude(statement.name, words, plan))
        for statement, words in zip(statements, said, strict=True)
    ]


def _conclude(name: str, words: Sequence[str], plan: Plan) -> str:
    if PROVEN in words:
        return PROVEN
    if longest_prefix(name, plan.unproven) or _is_elsewhere(name, plan):
        return EXCUSED
    wrong = [word for word in words if word != ABSENT]
    if wrong:
        return wrong[-1]
    return "wrong: what should bring it was installed and did not" if words else UNTRIED


def _is_elsewhere(name: str, plan: Plan) -> bool:
    """Whether the name came with a newer Python than this one, or belongs to another system."""
    since = plan.since.get(longest_prefix(name, plan.since), "0")
    newer = tuple(map(int, since.split("."))) > tuple(map(int, platform.python_version_tuple()[:2]))
    return newer or bool(longest_prefix(name, plan.elsewhere))


def render(verdicts: Sequence[Verdict], plan: Plan) -> Iterator[str]:
    """The wrong ones, each with its reason, then a table by library."""
    for verdict in verdicts:
        if verdict.is_wrong:
            yield f"{verdict.statement.sort} {verdict.statement.name}: {verdict.word.removeprefix('wrong: ')}"
    counts: Mapping[str, Counter[str]] = defaultdict(Counter)
    for verdict in verdicts:
        word = "wrong" if verdict.is_wrong else verdict.word
        counts[plan.library_of(verdict.statement.name)][word] += 1
    total: Counter[str] = Counter()
    yield f"{'library':<40} {'proven':>7} {'excused':>8} {'untried':>8} {'wrong':>6}"
    for library, count in sorted(counts.items()):
        total.update(count)
        yield _line(library, count)
    yield _line("all", total)


def _line(name: str, count: Counter[str]) -> str:
    return f"{name:<40} {count[PROVEN]:>7} {count[EXCUSED]:>8} {count[UNTRIED]:>8} {count['wrong']:>6}"
