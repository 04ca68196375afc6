"""Which version a requirement lets a project have, and for which of them a row holds."""

from __future__ import annotations

import pytest
from loopaudit.catalogue.versions import (
    NEWEST,
    VersionError,
    check_versions,
    holds,
    newest_allowed,
    split_requirement,
)


@pytest.mark.parametrize(
    ("clauses", "newest"),
    [
        ("", NEWEST),
        ("*", NEWEST),
        (">=1.2", NEWEST),
        ("!=2.0", NEWEST),
        ("==2.0.0", ((2,), 0)),
        ("1.4", ((1, 4), 0)),
        ("<=2.4", ((2, 4), 0)),
        ("<3.0", ((3,), -1)),
        (">=2.3,<3", ((3,), -1)),
        ("~=2.3", ((3,), -1)),
        ("~=2.3.1", ((2, 4), -1)),
        ("==2.*", ((3,), -1)),
        ("^1.2", ((2,), -1)),
        ("^0.2.3", ((0, 3), -1)),
        ("~1.2", ((1, 3), -1)),
        ("==3.0.0rc1", ((3,), -1)),
        ("==3.0.0.post1", ((3,), 0)),
        ("^1.0 || ^2.0", ((3,), -1)),
    ],
)
def test_of_a_requirement_the_newest_version_counts(clauses: str, newest: object) -> None:
    assert newest_allowed(clauses) == newest


@pytest.mark.parametrize(
    ("text", "split"),
    [
        ("Some_Lib[all] (>=2,<3) ; python_version < '3.13'", ("some-lib", ">=2,<3")),
        ("somelib==2.0 --hash=sha256:0", ("somelib", "==2.0 --hash=sha256:0")),
        ("somelib @ git+https://host/somelib@v9", ("somelib", "")),
        ("-r base.txt", ("", "")),
        ("# somelib", ("", "")),
    ],
)
def test_a_requirement_has_a_name_and_clauses(text: str, split: tuple[str, str]) -> None:
    assert split_requirement(text) == split


@pytest.mark.parametrize(
    ("clauses", "is_true"),
    [("<3", False), (">=2,<3", False), ("==3.0.0b2", False), ("==3", True), (">=2", True), ("==3.1", True)],
)
def test_a_row_since_a_version_holds_for_projects_that_may_have_it(clauses: str, *, is_true: bool) -> None:
    project = {"somelib": newest_allowed(clauses)}
    assert holds("somelib>=3.0", project) is is_true
    assert holds("somelib<3.0", project) is not is_true


def test_a_row_holds_for_the_newest_version_where_the_project_is_silent() -> None:
    assert holds("somelib>=3", {})
    assert not holds("somelib>=2,<3", {})
    assert holds("", {})


@pytest.mark.parametrize("condition", ["", "somelib", "somelib>3", "somelib==3", ">=3", "somelib>=3,!=4"])
def test_a_condition_that_says_something_else_is_refused(condition: str) -> None:
    with pytest.raises(VersionError, match="as in 'name"):
        check_versions(condition)
