"""`python -m bench.corpus`: audit the labelled packages, nothing of theirs installed, and score the labels.

Half of the labels are set aside: they are scored only with --held-out, so that what the auditor is tuned on
and what it is judged by stay apart.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from loopaudit.configuration import Options
from loopaudit.pipeline import audit
from loopaudit.rules.selection import choose_codes

from bench.audit.measure import BenchError
from bench.audit.package import fetch_package
from bench.corpus.labels import Label, read_labels
from bench.corpus.score import Verdict, judge_labels
from bench.corpus.table import misses, render

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loopaudit.findings import UnresolvedCall

OUT = Path("bench/out/corpus").resolve()


def main() -> int:
    """Score what was asked for and print the tables."""
    asked = parse_arguments()
    labels = [
        label
        for label in read_labels()
        if (asked.all or label.is_held_out == asked.held_out)
        and label.package in (asked.package or label.package)
    ]
    verdicts: list[Verdict] = []
    unresolved: list[UnresolvedCall] = []
    for requirement in sorted({label.requirement for label in labels}):
        mine = [label for label in labels if label.requirement == requirement]
        try:
            found, open_calls = score_package(requirement, mine)
        except BenchError as error:
            print(f"bench.corpus: {error}", file=sys.stderr)
            return 2
        verdicts += found
        unresolved += open_calls
    print(render(verdicts, unresolved))
    if asked.misses:
        print(misses(verdicts))
    return 0


def score_package(
    requirement: str, labels: Sequence[Label]
) -> tuple[list[Verdict], tuple[UnresolvedCall, ...]]:
    """The verdicts on one package, and the calls on its loop that nobody could resolve."""
    package = fetch_package(requirement, OUT)
    options = Options(
        directory=package.folder, paths=(package.folder,), select=choose_codes(None), show_unresolved=True
    )
    outcome = audit(options)
    return judge_labels(labels, outcome.findings), outcome.unresolved


def parse_arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(prog="python -m bench.corpus", description=__doc__)
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--held-out", action="store_true", help="score the labels that were set aside")
    which.add_argument("--all", action="store_true", help="score all labels")
    parser.add_argument("--package", action="append", metavar="NAME", help="only this package (repeatable)")
    parser.add_argument("--misses", action="store_true", help="list every label that was got wrong")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
