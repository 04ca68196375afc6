"""Which files are found, and what they are called."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from loopaudit.static.discover import DiscoveryError, SourceFile, discover

if TYPE_CHECKING:
    from pathlib import Path


def lay(root: Path, *names: str) -> None:
    """Make these files, empty."""
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def found(root: Path, *named: str, include_tests: bool = False, exclude: tuple[str, ...] = ()) -> list[str]:
    paths = [root / name for name in named]
    files = discover(paths, root=root, exclude=exclude, include_tests=include_tests).files
    return [file.relative for file in files]


def one(root: Path, name: str) -> SourceFile:
    return next(file for file in discover([root], root=root).files if file.relative == name)


def test_files_come_sorted_and_once(tmp_path: Path) -> None:
    lay(tmp_path, "b.py", "a/c.py", "a/b.py", "a/readme.md")
    assert found(tmp_path, ".", "a", "b.py") == ["a/b.py", "a/c.py", "b.py"]


@pytest.mark.parametrize(
    "name",
    [
        ".git/hook.py",
        ".venv/lib/x.py",
        "venv/x.py",
        "env/lib/python3.11/site-packages/x.py",
        "node_modules/x.py",
        "a/__pycache__/x.py",
        "build/lib/x.py",
        "dist/x.py",
        "x.egg-info/x.py",
        "tests/x.py",
        "pkg/tests/x.py",
        "test_x.py",
        "x_test.py",
        "conftest.py",
        "examples/x.py",
        "docs/conf.py",
        "docs_src/x.py",
        "app/testing/x.py",
        "migrations/0001.py",
        "alembic/versions/x.py",
    ],
)
def test_what_is_no_source_of_the_service_is_left_out(tmp_path: Path, name: str) -> None:
    lay(tmp_path, name, "app.py")
    assert found(tmp_path, ".") == ["app.py"]


@pytest.mark.parametrize("name", ["app/build/__init__.py", "alembic/env.py", "contest.py", "latest/x.py"])
def test_what_only_looks_left_out_is_read(tmp_path: Path, name: str) -> None:
    lay(tmp_path, name)
    assert found(tmp_path, ".") == [name]


def test_a_virtual_environment_by_another_name_is_not_source(tmp_path: Path) -> None:
    lay(tmp_path, "my_env/pyvenv.cfg", "my_env/x.py")
    assert found(tmp_path, ".") == []


def test_tests_are_read_when_asked_for_or_named(tmp_path: Path) -> None:
    lay(tmp_path, "tests/unit/test_x.py", "tests/conftest.py", "app.py")
    everything = ["app.py", "tests/conftest.py", "tests/unit/test_x.py"]
    assert found(tmp_path, ".", include_tests=True) == everything
    assert found(tmp_path, "tests") == everything[1:]
    assert found(tmp_path, "tests/unit/test_x.py") == everything[2:]
    assert found(tmp_path, ".", "tests/unit") == ["app.py", "tests/unit/test_x.py"]


def test_a_root_inside_a_tests_folder_is_like_any_root(tmp_path: Path) -> None:
    lay(tmp_path, "tests/project/app.py", "tests/project/tests/x.py")
    assert found(tmp_path / "tests" / "project", ".") == ["app.py"]


def test_what_git_ignores_is_left_out(tmp_path: Path) -> None:
    lay(tmp_path, "a.py", "gen/x.py", "app/gen_y.py", "app/keep/gen_z.py", "app/sub/z.py", "app/b.py")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("/gen/\ngen_*.py\n# comment\n[broken\n")
    (tmp_path / "app" / ".gitignore").write_text("sub/\n")
    (tmp_path / "app" / "keep" / ".gitignore").write_text("!gen_z.py\n")
    assert found(tmp_path, ".") == ["a.py", "app/b.py", "app/keep/gen_z.py"]
    assert found(tmp_path, "app") == ["app/b.py", "app/keep/gen_z.py"]


def test_an_ignored_path_is_read_when_it_is_named(tmp_path: Path) -> None:
    lay(tmp_path, "gen/x.py", "gen/y.py")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("/gen/\n")
    assert found(tmp_path, "gen") == ["gen/x.py", "gen/y.py"]
    assert found(tmp_path, "gen/x.py") == ["gen/x.py"]


def test_excluded_paths_stay_out_even_when_named(tmp_path: Path) -> None:
    lay(tmp_path, "app/a.py", "app/old/b.py", "c.py")
    assert found(tmp_path, ".", exclude=("old/", "/c.py")) == ["app/a.py"]
    assert found(tmp_path, "app/old", "c.py", exclude=("old/", "/c.py")) == []


def test_folders_behind_links_are_not_walked(tmp_path: Path) -> None:
    lay(tmp_path, "app/a.py")
    (tmp_path / "app" / "again").symlink_to(tmp_path)
    (tmp_path / "app" / "b.py").symlink_to("nowhere.py")
    assert found(tmp_path, ".") == ["app/a.py"]


@pytest.mark.parametrize(
    ("files", "name", "modules"),
    [
        (["app/__init__.py", "app/x.py"], "app/x.py", ("app.x",)),
        (["app/__init__.py"], "app/__init__.py", ("app",)),
        (["src/app/__init__.py", "src/app/x.py"], "src/app/x.py", ("app.x", "src.app.x")),
        (["server/app/__init__.py", "server/app/x.py"], "server/app/x.py", ("app.x", "server.app.x")),
        (["app/x.py"], "app/x.py", ("app.x", "x")),
        (["src/app/x.py"], "src/app/x.py", ("app.x", "x", "src.app.x")),
        (["src/__init__.py", "src/app/__init__.py"], "src/app/__init__.py", ("src.app",)),
        (["src/ns/app/__init__.py"], "src/ns/app/__init__.py", ("ns.app", "app", "src.ns.app")),
        (["my-service/app/x.py"], "my-service/app/x.py", ("app.x", "x")),
        (["run.py"], "run.py", ("run",)),
        (["bin/run-it.py"], "bin/run-it.py", ("bin.run-it", "run-it")),
    ],
)
def test_names_of_modules(tmp_path: Path, files: list[str], name: str, modules: tuple[str, ...]) -> None:
    lay(tmp_path, *files)
    file = one(tmp_path, name)
    assert file.modules == modules
    assert file.is_package == name.endswith("__init__.py")


def test_a_root_inside_a_package_keeps_the_package_in_the_name(tmp_path: Path) -> None:
    lay(tmp_path, "app/__init__.py", "app/sub/__init__.py", "app/sub/x.py")
    assert one(tmp_path / "app", "sub/x.py").modules == ("app.sub.x",)


@pytest.mark.parametrize("name", ["nowhere", "nowhere.py"])
def test_a_path_that_does_not_exist_is_one_sentence(tmp_path: Path, name: str) -> None:
    with pytest.raises(DiscoveryError, match=r"^The path '.*nowhere.*' does not exist\.$"):
        discover([tmp_path / name], root=tmp_path)


def test_a_pipe_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.py")
    assert found(tmp_path, ".") == []
    with pytest.raises(DiscoveryError, match="neither a file nor a folder"):
        discover([tmp_path / "x.py"], root=tmp_path)


def test_a_folder_that_cannot_be_read_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: str) -> object:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(os, "scandir", refuse)  # root, who runs our CI, may read everything
    with pytest.raises(DiscoveryError, match=r"cannot be read: Permission denied\.$"):
        discover([tmp_path], root=tmp_path)


def test_a_broken_exclude_pattern_is_named(tmp_path: Path) -> None:
    with pytest.raises(DiscoveryError, match="'!' cannot be used"):
        discover([tmp_path], root=tmp_path, exclude=["!"])
