"""The scorer of `make corpus`: what counts as found, what as accused, and that the labels can be read."""

from __future__ import annotations

from collections import Counter

import msgspec
import pytest
from loopaudit.findings import Finding

from bench.corpus.labels import Label, read_labels
from bench.corpus.score import judge_labels, tally
from bench.corpus.table import breakdown, misses

LABELS = read_labels()


def label(line: int, *, verdict: str = "blocking", kind: str = "file") -> Label:
    return Label(
        "pkg",
        "1.0",
        "pkg/a.py",
        line,
        "f",
        verdict,
        kind,
        0,
        False,
        "open",
        "pkg/a.py",
        line,
        False,
        "plain",
        "",
    )


def finding(line: int, *, kind: str = "file", rule: str = "LA101", end_line: int = 0) -> Finding:
    return Finding(
        rule=rule,
        kind=kind,
        severity="warning",
        confidence="certain",
        path="pkg/a.py",
        line=line,
        column=1,
        end_line=end_line or line,
        function="pkg.a.f",
        message="",
        primitive="open",
        advice="",
        chain=(),
        roots=(),
        fingerprint="",
    )


def test_a_finding_on_the_line_finds_the_label_and_one_beside_it_does_not() -> None:
    verdicts = judge_labels([label(3), label(4)], [finding(3)])
    assert [each.is_right for each in verdicts] == [True, False]


def test_a_finding_that_spans_lines_answers_for_each_of_them() -> None:
    assert judge_labels([label(5)], [finding(4, end_line=6)])[0].is_right


def test_a_safe_call_that_is_reported_is_accused() -> None:
    verdicts = judge_labels([label(3, verdict="safe")], [finding(3)])
    assert tally(verdicts).accused == 1


def test_two_labels_on_a_line_are_told_apart_by_kind() -> None:
    labels = [label(3, kind="network"), label(3, verdict="safe", kind="file")]
    assert [each.is_right for each in judge_labels(labels, [finding(3, kind="network")])] == [True, True]


def test_rules_that_do_not_say_that_the_loop_is_blocked_find_nothing() -> None:
    assert not judge_labels([label(3)], [finding(3, rule="LA401")])[0].is_right


def test_recall_and_precision_are_shares_of_the_labels() -> None:
    labels = [label(1), label(2), label(3, verdict="safe"), label(4, verdict="safe")]
    counts = tally(judge_labels(labels, [finding(1), finding(3)]))
    assert (counts.recall, counts.precision) == (0.5, 0.5)


def test_tables_name_each_group_and_each_miss() -> None:
    verdicts = judge_labels([label(1), label(2, kind="network")], [finding(1)])
    assert "network" in breakdown("kind", verdicts, lambda each: each.label.kind)
    assert misses(verdicts).startswith("missed: pkg pkg/a.py:2 network open")


def test_there_are_labels_enough_half_of_them_set_aside() -> None:
    held_out = sum(each.is_held_out for each in LABELS)
    assert len(LABELS) >= 400
    assert len({each.package for each in LABELS}) >= 6
    assert 0.4 < held_out / len(LABELS) < 0.6


def test_no_place_is_labelled_twice_for_a_kind() -> None:
    places = Counter((each.package, each.file, each.line, each.kind) for each in LABELS)
    assert [place for place, count in places.items() if count > 1] == []


def test_a_line_that_is_no_label_is_an_error() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"package": "x"}', type=Label)
