"""The codes in the code, in the cases and in the changelog are the same, and each has a manual page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from loopaudit.rules import RULES

from tests.case_format.reading import expected_in, read_cases
from tests.meta.repository import ROOT, list_tracked, read

if TYPE_CHECKING:
    from loopaudit.rules.model import Rule

CODE = re.compile(r"\bLA\d{3}\b")
SECTIONS = (
    "What it finds",
    "Why it matters",
    "Bad",
    "Good",
    "What it leaves alone on purpose",
    "How to silence",
)
CODES = {rule.code for rule in RULES}


def find_expected_codes() -> set[str]:
    """The codes that some case asks for."""
    return {
        expected.code
        for path in list_tracked()
        if path.endswith(".case")
        for case in read_cases(ROOT / path)
        for number, step in case.steps.items()
        for file, text in step.written.items()
        for expected in expected_in(file, text, number)
    }


def find_codes(text: str) -> set[str]:
    """The codes in a document; LA101-LA103 counts as its two ends."""
    return set(CODE.findall(text))


def test_codes_are_unique() -> None:
    assert len(CODES) == len(RULES)


@pytest.mark.needs("git")
def test_every_rule_is_asked_for_by_a_case() -> None:
    assert find_expected_codes() == CODES


def test_the_changelog_names_every_rule_and_no_other() -> None:
    assert find_codes(read("CHANGELOG.md")) == CODES


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", "docs/how-it-works.md"])
def test_documents_name_only_rules_that_exist(document: str) -> None:
    assert find_codes(read(document)) <= CODES


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_the_manual_page_answers_what_a_reader_asks(rule: Rule) -> None:
    lines = [line.strip() for line in rule.page.splitlines()]
    assert [section for section in SECTIONS if section not in lines] == []
    assert f"ignore[{rule.code}]" in rule.page
