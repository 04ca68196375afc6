"""The shipped rows come back from the cache as they were, and from nowhere else than our own cache."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from loopaudit.catalogue.load import read_shipped
from loopaudit.static import kept_rows
from loopaudit.static.kept_rows import shipped_rows

if TYPE_CHECKING:
    from pathlib import Path

    from loopaudit.catalogue.model import Rows

SIGNATURE = b"this program"


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file, below a home of this test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "loopaudit" / "rows"


@pytest.fixture
def no_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on the TOML files must not be asked."""

    def refuse() -> Rows:
        pytest.fail("the TOML files were read again")

    monkeypatch.setattr(kept_rows, "read_shipped", refuse)


def test_what_is_kept_is_what_was_read(kept: Path) -> None:
    assert shipped_rows(SIGNATURE) == read_shipped()
    assert kept.is_file()


def test_the_second_time_no_toml_is_read(request: pytest.FixtureRequest) -> None:
    first = shipped_rows(SIGNATURE)
    request.getfixturevalue("no_reading")
    assert shipped_rows(SIGNATURE) == first


def test_another_build_of_the_program_reads_its_own_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    shipped_rows(SIGNATURE)
    fewer = read_shipped().__class__()
    monkeypatch.setattr(kept_rows, "read_shipped", lambda: fewer)
    assert shipped_rows(b"another build") == fewer
    assert shipped_rows(b"another build") == fewer


@pytest.mark.parametrize("position", [0, 30, 60, 500, -1])
def test_a_damaged_file_is_read_anew(kept: Path, position: int) -> None:
    shipped_rows(SIGNATURE)
    content = bytearray(kept.read_bytes())
    content[position] ^= 1
    kept.write_bytes(content)
    assert shipped_rows(SIGNATURE) == read_shipped()


def test_rows_that_another_user_sealed_are_not_believed(kept: Path) -> None:
    shipped_rows(SIGNATURE)
    (kept.parent / "key").unlink()
    assert shipped_rows(SIGNATURE) == read_shipped()


def test_where_nothing_can_be_kept_the_rows_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert shipped_rows(SIGNATURE) == read_shipped()
