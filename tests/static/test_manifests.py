"""Which versions a project says it uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from loopaudit.catalogue.versions import newest_allowed
from loopaudit.static.manifests import MAX_PARSED_BYTES, find_manifests, signature, versions_used

if TYPE_CHECKING:
    from pathlib import Path

LOCK = '[[package]]\nname = "somelib"\nversion = "1.5.0"\nsource = { registry = "x" }\n'


def write(folder: Path, name: str, text: str) -> None:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def used(folder: Path, path: Path | None = None) -> object:
    return versions_used(find_manifests([path or folder], folder)).get("somelib")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject.toml", '[project]\ndependencies = ["SomeLib[all]<2"]\n'),
        ("pyproject.toml", '[project.optional-dependencies]\nall = ["somelib<2"]\n'),
        ("pyproject.toml", '[dependency-groups]\ndev = [{ include-group = "x" }, "somelib<2"]\n'),
        ("pyproject.toml", '[tool.poetry.dependencies]\nsomelib = "^1.2"\n'),
        ("pyproject.toml", '[tool.poetry.group.dev.dependencies]\nsomelib = { version = "^1" }\n'),
        ("requirements.txt", "# all\n-r other.txt\nsomelib<2  # why\n"),
        ("requirements-dev.txt", "somelib<2\n"),
        ("requirements/base.txt", "somelib<2\n"),
        ("app-1.0.dist-info/METADATA", "Name: app\nVersion: 9\nRequires-Dist: somelib<2\n\nsomelib<7\n"),
        ("PKG-INFO", "Name: app\nVersion: 9\nRequires-Dist: somelib (<2)\n"),
        ("backend/requirements.txt", "somelib<2\n"),
    ],
)
def test_a_range_is_read_from(tmp_path: Path, name: str, text: str) -> None:
    write(tmp_path, name, text)
    assert used(tmp_path) == newest_allowed("<2")


@pytest.mark.parametrize("name", ["uv.lock", "poetry.lock", "pdm.lock"])
def test_what_is_locked_is_surer_than_what_is_allowed(tmp_path: Path, name: str) -> None:
    write(tmp_path, "pyproject.toml", '[project]\ndependencies = ["somelib>=1"]\n')
    write(tmp_path, name, LOCK)
    assert used(tmp_path) == newest_allowed("==1.5")


def test_an_installed_distribution_says_its_own_version(tmp_path: Path) -> None:
    write(tmp_path, "app-2.dist-info/METADATA", "Name: app\nVersion: 2\nRequires-Dist: somelib>=1\n")
    write(tmp_path, "somelib-1.5.dist-info/METADATA", "Name: Somelib\nVersion: 1.5\n\nVersion: 7\n")
    assert used(tmp_path) == newest_allowed("==1.5")


def test_what_is_nearer_is_surer(tmp_path: Path) -> None:
    write(tmp_path, "requirements.txt", "somelib<9\n")
    write(tmp_path, "api/requirements.txt", "somelib<2\n")
    assert used(tmp_path, tmp_path / "api") == newest_allowed("<2")
    assert used(tmp_path) == newest_allowed("<9")


def test_a_repository_ends_the_climb(tmp_path: Path) -> None:
    write(tmp_path, "requirements.txt", "somelib<9\n")
    (tmp_path / "inner" / ".git").mkdir(parents=True)
    (tmp_path / "inner" / "src").mkdir()
    assert used(tmp_path, tmp_path / "inner" / "src") is None


def test_of_markers_the_newest_counts(tmp_path: Path) -> None:
    write(tmp_path, "requirements.txt", "somelib<2; python_version<'3.9'\nsomelib<4; python_version>='3.9'\n")
    assert used(tmp_path) == newest_allowed("<4")


@pytest.mark.parametrize("text", ["not toml", "[project]\ndependencies = 3\n", "[tool]\npoetry = []\n", ""])
def test_a_manifest_that_cannot_be_understood_says_nothing(tmp_path: Path, text: str) -> None:
    write(tmp_path, "pyproject.toml", text)
    assert used(tmp_path) is None


def test_another_version_is_another_signature(tmp_path: Path) -> None:
    write(tmp_path, "requirements.txt", "somelib<2\n")
    before = signature(find_manifests([tmp_path], tmp_path))
    write(tmp_path, "requirements.txt", "somelib<3\n")
    assert signature(find_manifests([tmp_path], tmp_path)) != before


def test_what_was_written_by_no_hand_is_not_parsed(tmp_path: Path) -> None:
    write(
        tmp_path,
        "pyproject.toml",
        "# x\n" * (MAX_PARSED_BYTES // 4 + 1) + '[project]\ndependencies = ["somelib<2"]\n',
    )
    assert used(tmp_path) is None


def test_a_file_stands_for_its_folder(tmp_path: Path) -> None:
    write(tmp_path, "requirements.txt", "somelib<2\n")
    write(tmp_path, "app.py", "")
    assert used(tmp_path, tmp_path / "app.py") == newest_allowed("<2")


def test_a_folder_with_the_name_of_a_manifest_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").mkdir()
    (tmp_path / "x.dist-info").write_text("", encoding="utf-8")
    write(tmp_path, "requirements.txt", "somelib<2\n")
    assert used(tmp_path) == newest_allowed("<2")
