"""Where a row stands: found for every one of them, or `loopaudit catalogue` could not show it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.catalogue.load import SHIPPED, load_catalogue
from loopaudit.catalogue.places import _names, locate

if TYPE_CHECKING:
    from pathlib import Path


def test_every_row_is_found_in_a_file() -> None:
    texts = (path.read_text(encoding="utf-8") for path in SHIPPED.glob("*.toml"))
    found = {name for text in texts for _, name in _names(text)}
    rows = load_catalogue().rows
    names = {row.name for row in rows.primitives} | {row.name for row in rows.types}
    names |= {row.name for row in rows.values} | {row.name for row in rows.objects}
    names |= {row.name for row in rows.callbacks} | {row.name for row in rows.entries}
    assert sorted(names - found) == []


def test_the_line_is_that_of_the_name_and_the_users_file_comes_first(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text('[[group]]\nunder = "requests"\n[group.rows]\nget = {}\n', encoding="utf-8")
    place = locate("requests.get", [path])
    assert place is not None
    assert (place.path, place.line) == (path, 4)
    shipped = locate("requests.get")
    assert shipped is not None
    assert shipped.path.name == "requests.toml"


def test_a_name_without_a_row_has_no_place() -> None:
    assert locate("acme.nothing") is None
