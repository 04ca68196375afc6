"""Labels against findings: which were found, which safe calls were accused."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from loopaudit.findings import Finding

    from bench.corpus.labels import Label

BLOCKING_RULES = ("LA1", "LA2")
"""Rules that say that a call blocks the loop; a label says nothing about the others."""


@dataclass(frozen=True)
class Verdict:
    """What the audit said at a label's line. finding: the best match, None when it was silent."""

    label: Label
    finding: Finding | None

    @property
    def is_right(self) -> bool:
        return (self.finding is not None) == self.label.is_blocking


@dataclass(frozen=True)
class Tally:
    """Counts of verdicts. found / blocking is recall; accused are safe calls reported."""

    blocking: int
    found: int
    safe: int
    accused: int

    @property
    def recall(self) -> float:
        return self.found / self.blocking if self.blocking else float("nan")

    @property
    def precision(self) -> float:
        told = self.found + self.accused
        return self.found / told if told else float("nan")


def judge_labels(labels: Sequence[Label], findings: Iterable[Finding]) -> list[Verdict]:
    """A verdict for each label of one package, whose paths the findings share."""
    by_line: dict[tuple[str, int], list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.rule.startswith(BLOCKING_RULES):
            for line in range(finding.line, finding.end_line + 1):
                by_line[finding.path, line].append(finding)
    return [Verdict(label, _match(label, by_line[label.file, label.line], labels)) for label in labels]


def _match(label: Label, there: Sequence[Finding], labels: Sequence[Label]) -> Finding | None:
    """The finding that answers a label: of its kind, or of any where no other label on the line claims it."""
    same = [finding for finding in there if finding.kind == label.kind]
    if same:
        return same[0]
    claimed = {
        other.kind
        for other in labels
        if other is not label and (other.file, other.line) == (label.file, label.line)
    }
    return next((finding for finding in there if finding.kind not in claimed), None)


def tally(verdicts: Iterable[Verdict]) -> Tally:
    """Count them."""
    verdicts = list(verdicts)
    blocking = [each for each in verdicts if each.label.is_blocking]
    safe = [each for each in verdicts if not each.label.is_blocking]
    found = sum(each.finding is not None for each in blocking)
    return Tally(len(blocking), found, len(safe), sum(each.finding is not None for each in safe))
