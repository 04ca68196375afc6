"""The tables of `make corpus`: recall by hops and kind, precision, and why calls stay unresolved."""

from __future__ import annotations

from collections import Counter
from math import isnan
from typing import TYPE_CHECKING

from bench.corpus.score import Tally, Verdict, tally

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from loopaudit.findings import UnresolvedCall


def render(verdicts: Sequence[Verdict], unresolved: Sequence[UnresolvedCall]) -> str:
    """All tables as text."""
    parts = [
        breakdown("package", verdicts, lambda each: each.label.package),
        breakdown("hops", verdicts, lambda each: str(each.label.hops)),
        breakdown("kind", verdicts, lambda each: each.label.kind),
        breakdown("files", verdicts, lambda each: "across" if each.label.across_files else "same"),
        breakdown("all", verdicts, lambda _: "labels"),
        reasons(unresolved),
    ]
    return "\n\n".join(parts)


def breakdown(title: str, verdicts: Iterable[Verdict], group: Callable[[Verdict], str]) -> str:
    """Recall and precision by some property of the label."""
    groups: dict[str, list[Verdict]] = {}
    for each in verdicts:
        groups.setdefault(group(each), []).append(each)
    lines = [f"{title:18} blocking  found  recall  safe  accused  precision"]
    lines += [_row(name, tally(groups[name])) for name in sorted(groups)]
    return "\n".join(lines)


def _row(name: str, counts: Tally) -> str:
    return (
        f"{name:18} {counts.blocking:8}  {counts.found:5}  {_percent(counts.recall)}"
        f"  {counts.safe:4}  {counts.accused:7}  {_percent(counts.precision):>9}"
    )


def _percent(share: float) -> str:
    return "     -" if isnan(share) else f"{share:6.1%}"


def reasons(unresolved: Sequence[UnresolvedCall]) -> str:
    """How many calls on the loop stayed unresolved, by reason."""
    counts = Counter(each.reason for each in unresolved)
    lines = [f"unresolved calls on the loop: {len(unresolved)}"]
    lines += [f"  {count:6}  {reason}" for reason, count in counts.most_common()]
    return "\n".join(lines)


def misses(verdicts: Iterable[Verdict]) -> str:
    """Every label that the audit got wrong, a line each."""
    wrong = [each for each in verdicts if not each.is_right]
    return "\n".join(
        f"{'missed' if each.label.is_blocking else 'false alarm'}: {each.label.package}"
        f" {each.label.file}:{each.label.line} {each.label.kind} {each.label.primitive}"
        f" (hops {each.label.hops}) {each.label.why}"
        for each in sorted(wrong, key=lambda each: (each.label.label, each.label.package, each.label.file))
    )
