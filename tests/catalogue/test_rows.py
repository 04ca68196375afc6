"""The shipped rows: complete, unambiguous, and each shown by a case."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import pytest
from loopaudit.catalogue.check import check_rows
from loopaudit.catalogue.conditions import CONDITIONS
from loopaudit.catalogue.expressions import ARITY
from loopaudit.catalogue.load import SHIPPED, for_project, load_catalogue, read_file, read_shipped
from loopaudit.catalogue.tables import RoleName
from loopaudit.catalogue.versions import newest_allowed, split_requirement

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from loopaudit.catalogue.matcher import Catalogue
    from loopaudit.catalogue.model import Rows, TypeExpr
    from loopaudit.catalogue.versions import Point

CASES = Path(__file__).parent.parent / "cases"
SHOWN = re.compile(r"#\s*(?:expect(?:\.\d)?|row):\s*(?P<all>.+)$", re.MULTILINE)
WORD = re.compile(r"[\w.*]+")


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="module")
def rows() -> Rows:
    """The rows for every version of every library."""
    return read_shipped()


@pytest.fixture(scope="module")
def shown() -> frozenset[str]:
    """Every word behind `# expect:` and `# row:` in the cases."""
    texts = (path.read_text(encoding="utf-8") for path in CASES.rglob("*.case"))
    return frozenset(
        word for text in texts for found in SHOWN.finditer(text) for word in WORD.findall(found["all"])
    )


def names_of_handlers(rows: Rows) -> set[str]:
    """The names of all rows about functions that a library or framework takes in."""
    names = {row.name for row in rows.callbacks} | {row.name for row in rows.entries}
    names |= {row.name for row in rows.roles}
    return names | {row.name for row in rows.mounts} | {row.name for row in rows.base_classes}


def repeated(names: Iterator[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]


def test_there_are_at_least_two_hundred_blocking_rows(rows: Rows) -> None:
    assert len(rows.primitives) >= 200


def test_rows_refer_only_to_rows_that_exist(rows: Rows) -> None:
    check_rows(rows, "rows")


def projects(rows: Rows) -> Iterator[Mapping[str, Point]]:
    """A project without manifests, and one at and just below each version that a row draws a line at."""
    yield {}
    versioned = (rows.primitives, rows.callbacks, rows.entries, rows.base_classes)
    for condition in sorted({row.versions for table in versioned for row in table if row.versions}):
        name, clauses = split_requirement(condition)
        for clause in clauses.split(","):
            bound = clause.strip("<>= ")
            yield {name: newest_allowed(f"=={bound}")}
            yield {name: newest_allowed(f"<{bound}")}


def test_no_name_has_two_rows_of_one_sort(rows: Rows) -> None:
    for project in projects(rows):
        check_names(for_project(rows, project))


def check_names(rows: Rows) -> None:
    assert repeated(row.name for row in rows.primitives) == []
    assert repeated(row.name for row in rows.types) == []
    assert repeated(row.name for row in rows.values) == []
    assert repeated(other for other, _ in rows.aliases) == []
    assert repeated(f"{row.name} {row.argument}" for row in rows.callbacks) == []
    assert repeated(f"{row.name} {row.handler} {row.kind}" for row in rows.entries) == []
    assert repeated(f"{row.name} {row.methods}" for row in rows.base_classes) == []
    assert repeated(f"{row.name} {row.role}" for row in rows.roles) == []


def test_every_row_stands_under_its_canonical_name(catalogue: Catalogue, rows: Rows) -> None:
    named = {row.name for row in rows.primitives} | {row.name for row in rows.types}
    named |= {row.name for row in rows.values} | names_of_handlers(rows)
    assert {name for name in named if catalogue.canonical(name) != name} == set()


def test_every_advice_and_reason_is_a_sentence_a_reader_can_use(rows: Rows) -> None:
    for row in rows.primitives:
        assert len(row.instead) > 5, row.name
        assert not row.instead.endswith("."), row.name
        assert row.why.endswith("."), row.name
        assert row.why[0].isupper() or row.why[0].isdigit(), row.name


def test_every_way_off_the_loop_says_why(rows: Rows) -> None:
    assert [row.name for row in rows.callbacks if not row.why] == []


def test_every_role_is_played_and_says_why(rows: Rows) -> None:
    assert {row.role for row in rows.roles} == set(get_args(RoleName))
    assert [row.name for row in rows.roles if not row.why] == []


def test_every_condition_is_used_by_a_row(rows: Rows) -> None:
    used = {name for table in (rows.primitives, rows.roles) for row in table for name in row.unless}
    assert used | {name for row in rows.types for name in row.bound_unless} == set(CONDITIONS)


def test_every_type_that_an_expression_names_is_a_type(catalogue: Catalogue) -> None:
    rows = catalogue.rows
    types = {row.name for row in rows.types}
    heads = {head for _, expr in expressions(rows) for head in heads_of(expr)}
    plain = {head for head in heads if head not in ARITY and not head.startswith("$")}
    assert {head for head in plain if catalogue.canonical(head) not in types} == set()


def expressions(rows: Rows) -> Iterator[tuple[str, TypeExpr]]:
    for value in (*rows.values, *rows.objects):
        yield value.name, value.returns
    for row in rows.primitives:
        if row.returns is not None:
            yield row.name, row.returns
    for kind in rows.types:
        yield from kind.attributes
        if kind.call is not None:
            yield kind.name, kind.call


def heads_of(expr: TypeExpr) -> Iterator[str]:
    yield expr.head
    for arg in expr.args:
        yield from heads_of(arg)


def test_every_blocking_row_is_used_by_a_case(rows: Rows, shown: frozenset[str]) -> None:
    assert [row.name for row in rows.primitives if row.name not in shown] == []


def test_every_offloader_and_framework_row_is_used_by_a_case(rows: Rows, shown: frozenset[str]) -> None:
    assert sorted(names_of_handlers(rows) - shown) == []


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.toml")), ids=lambda path: path.stem)
def test_a_rows_file_can_be_read_at_a_sitting(path: Path) -> None:
    read_file(path)
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400
