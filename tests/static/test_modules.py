"""Which file of an environment a dotted name stands in."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from loopaudit.static.modules import Modules

if TYPE_CHECKING:
    from pathlib import Path


def lay(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def found(folder: Path, path: str) -> list[tuple[str, str]]:
    """(file, what is left of the name), the longest module first."""
    candidates = Modules((str(folder),)).candidates(path)
    return [(file.relative, ".".join(rest)) for file, rest in candidates]


def test_the_longest_module_comes_first_and_packages_after_it(tmp_path: Path) -> None:
    lay(tmp_path, "lib/__init__.py", "lib/inner/__init__.py", "lib/inner/mod.py")
    assert found(tmp_path, "lib.inner.mod.Class.method") == [
        ("site-packages/lib/inner/mod.py", "Class.method"),
        ("site-packages/lib/inner/__init__.py", "mod.Class.method"),
        ("site-packages/lib/__init__.py", "inner.mod.Class.method"),
    ]


def test_a_package_wins_over_a_module_and_a_module_over_a_bare_folder(tmp_path: Path) -> None:
    lay(tmp_path, "a.py", "a/__init__.py", "b.py", "b/c.py")
    assert found(tmp_path, "a.x") == [("site-packages/a/__init__.py", "x")]
    assert found(tmp_path, "b.c.x") == [("site-packages/b.py", "c.x")]


def test_portions_of_a_namespace_are_found_in_all_folders(tmp_path: Path) -> None:
    lay(tmp_path / "one", "cloud/a.py")
    lay(tmp_path / "two", "cloud/b/__init__.py")
    modules = Modules((str(tmp_path / "one"), str(tmp_path / "two")))
    assert [file.module for file, _ in modules.candidates("cloud.a.f")] == ["cloud.a"]
    assert [file.module for file, _ in modules.candidates("cloud.b.f")] == ["cloud.b"]


def test_of_two_folders_the_first_counts(tmp_path: Path) -> None:
    lay(tmp_path / "one", "lib.py")
    lay(tmp_path / "two", "lib.py")
    modules = Modules((str(tmp_path / "one"), str(tmp_path / "two")))
    ((file, _),) = modules.candidates("lib.f")
    assert file.path == str(tmp_path / "one" / "lib.py")


@pytest.mark.parametrize(
    "name",
    [
        "lib.cpython-312-x86_64-linux-gnu.so",
        "lib.pyi",
        "lib-stubs/__init__.pyi",
        "lib-1.0-py3.12.egg",
        "LIB.PY",
    ],
)
def test_what_has_no_source_is_not_found(tmp_path: Path, name: str) -> None:
    lay(tmp_path, name)
    assert found(tmp_path, "lib.f") == []


def test_source_beside_a_compiled_module_is_found(tmp_path: Path) -> None:
    lay(tmp_path, "lib.cpython-312-x86_64-linux-gnu.so", "lib.py")
    assert found(tmp_path, "lib.f") == [("site-packages/lib.py", "f")]


def test_pipes_and_folders_in_place_of_files_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "lib.py").mkdir()
    os.mkfifo(tmp_path / "pipe.py")
    (tmp_path / "loop.py").symlink_to(tmp_path / "loop.py")
    for name in ("lib", "pipe", "loop"):
        assert found(tmp_path, f"{name}.f") == []


@pytest.mark.parametrize("path", ["", ".", "..", "a..b", "../secret.f", "a/b.f", "lib." * 5000 + "f", "\0.f"])
def test_odd_names_are_not_found(tmp_path: Path, path: str) -> None:
    lay(tmp_path, "a/b.py", "secret.py")
    assert [file for file, _ in found(tmp_path / "a", path)] == []


def test_an_environment_that_is_gone_has_no_modules(tmp_path: Path) -> None:
    assert found(tmp_path / "gone", "lib.f") == []
