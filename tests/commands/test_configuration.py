"""How the file and the command line become one `Options`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from loopaudit.configuration import Asked, load_options, make_options
from loopaudit.rules.selection import choose_codes

from tests.report.audits import make_findings

if TYPE_CHECKING:
    from pathlib import Path


def write(folder: Path, table: str) -> None:
    (folder / "pyproject.toml").write_text(f"[tool.loopaudit]\n{table}\n", encoding="utf-8")


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    options = load_options(tmp_path, Asked())
    assert options.paths == (tmp_path,)
    assert options.select == choose_codes(None)
    assert options.cache_directory == tmp_path / ".loopaudit_cache"
    assert (options.confidence, options.fail_on, options.output_format) == ("likely", "info", "text")


def test_paths_of_the_file_are_relative_to_it(tmp_path: Path) -> None:
    (tmp_path / "src" / "deep").mkdir(parents=True)
    write(tmp_path, 'paths = ["src"]')
    options = load_options(tmp_path / "src" / "deep", Asked())
    assert options.paths == (tmp_path / "src",)
    assert options.directory == tmp_path / "src" / "deep"


def test_a_pyproject_without_the_table_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "package").mkdir()
    write(tmp_path, "jobs = 3")
    (tmp_path / "package" / "pyproject.toml").write_text("[project]\nname = 'x'\n", encoding="utf-8")
    assert load_options(tmp_path / "package", Asked()).jobs == 3


def test_the_command_line_replaces_the_file(tmp_path: Path) -> None:
    write(tmp_path, 'jobs = 3\nselect = ["LA1"]\nexit-zero = true')
    options = load_options(tmp_path, Asked(jobs=1, select=("LA301",), exit_zero=False))
    assert (options.jobs, options.select, options.exit_zero) == (1, frozenset({"LA301"}), False)


def test_what_file_and_command_line_ignore_adds_up(tmp_path: Path) -> None:
    write(tmp_path, 'ignore = ["LA101"]')
    options = load_options(tmp_path, Asked(ignore=("LA105",)))
    assert options.select == choose_codes(None) - {"LA101", "LA105"}


def test_a_code_selected_in_full_is_stronger_than_the_file(tmp_path: Path) -> None:
    write(tmp_path, 'ignore = ["LA101"]')
    assert load_options(tmp_path, Asked(select=("LA101",))).select == {"LA101"}
    assert "LA101" not in load_options(tmp_path, Asked(select=("LA1",))).select


def test_no_cache_is_no_folder(tmp_path: Path) -> None:
    assert load_options(tmp_path, Asked(cache=False)).cache_directory is None


@pytest.mark.parametrize(
    ("pattern", "codes", "is_kept"),
    [
        ("app.py", ("LA103",), False),
        ("*.py", ("LA1",), False),
        ("app.py", ("LA101",), True),
        ("b*", ("LA1",), True),
    ],
)
def test_per_file_ignores_are_patterns(
    tmp_path: Path, pattern: str, codes: tuple[str, ...], is_kept: bool
) -> None:
    options = make_options(tmp_path, Asked(per_file_ignores={pattern: codes}))
    assert options.keeps(make_findings()[0]) is is_kept
