"""Where an environment's libraries lie, told by looking."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from loopaudit.static.environment import NoEnvironmentError, find_environment

if TYPE_CHECKING:
    from pathlib import Path


def make(prefix: Path, *folders: str, config: str | None = "home = /usr/bin\n") -> Path:
    for folder in folders or ("lib/python3.12/site-packages",):
        (prefix / folder).mkdir(parents=True, exist_ok=True)
    if config is not None:
        (prefix / "pyvenv.cfg").write_text(config)
    return prefix


def below(prefix: Path, *, path: Path | None = None) -> list[str]:
    """The folders found, relative to `prefix`."""
    folders = find_environment(path or prefix).folders
    return [os.path.relpath(folder, os.path.realpath(prefix)) for folder in folders]


@pytest.mark.parametrize(
    "layout",
    [
        "lib/python3.12/site-packages",
        "lib64/python3.12/site-packages",
        "Lib/site-packages",
        "lib/pypy3.11/site-packages",
        "lib/python3/dist-packages",
        "local/lib/python3.12/dist-packages",
    ],
)
def test_every_layout_is_known(tmp_path: Path, layout: str) -> None:
    assert below(make(tmp_path / "env", layout)) == [layout]


def test_a_prefix_needs_no_configuration(tmp_path: Path) -> None:
    assert below(make(tmp_path / "conda", config=None)) == ["lib/python3.12/site-packages"]


@pytest.mark.parametrize("config", ["version = 3.11.9\n", "version_info = 3.11.9.final.0\n"])
def test_of_several_versions_the_configured_one_counts(tmp_path: Path, config: str) -> None:
    names = ("lib/python3.11/site-packages", "lib/python3.9/site-packages", "lib/python3.12/site-packages")
    assert below(make(tmp_path / "env", *names, config=config)) == ["lib/python3.11/site-packages"]


def test_of_several_versions_the_newest_counts_when_nobody_says(tmp_path: Path) -> None:
    env = make(tmp_path / "env", "lib/python3.9/site-packages", "lib/python3.12/site-packages")
    assert below(env) == ["lib/python3.12/site-packages"]


def test_the_python_inside_names_its_environment_and_version(tmp_path: Path) -> None:
    env = make(tmp_path / "env", "lib/python3.9/site-packages", "lib/python3.12/site-packages")
    (env / "bin").mkdir()
    base = tmp_path / "base" / "bin"
    base.mkdir(parents=True)
    (base / "python3.9").touch()
    (env / "bin" / "python3.9").symlink_to(base / "python3.9")
    assert below(env, path=env / "bin" / "python3.9") == ["lib/python3.9/site-packages"]


def test_a_link_to_a_python_elsewhere_is_followed_where_nothing_lies_beside_it(tmp_path: Path) -> None:
    env = make(tmp_path / "prefix", config=None)
    (env / "bin").mkdir()
    (env / "bin" / "python3.12").touch()
    shortcut = tmp_path / "shortcuts" / "python"
    shortcut.parent.mkdir()
    shortcut.symlink_to(env / "bin" / "python3.12")
    assert below(env, path=shortcut) == ["lib/python3.12/site-packages"]


def test_system_packages_count_only_where_they_are_let_in(tmp_path: Path) -> None:
    system = make(tmp_path / "system", config=None)
    home = f"home = {system / 'bin'}\nversion = 3.12.1\n"
    shut = make(tmp_path / "shut", config=f"{home}include-system-site-packages = false\n")
    let_in = make(tmp_path / "open", config=f"{home}include-system-site-packages = true\n")
    assert len(find_environment(shut).folders) == 1
    assert find_environment(let_in).folders == (
        os.path.realpath(let_in / "lib/python3.12/site-packages"),
        os.path.realpath(system / "lib/python3.12/site-packages"),
    )


def test_plain_lines_of_pth_files_add_folders_and_code_is_not_run(tmp_path: Path) -> None:
    env = make(tmp_path / "env")
    site = env / "lib/python3.12/site-packages"
    (tmp_path / "editable").mkdir()
    trap = tmp_path / "trap"
    (site / "b.pth").write_text(f"import pathlib; pathlib.Path({str(trap)!r}).touch()\nimport\tos\n")
    (site / "a.pth").write_text(f"# note\n\n{tmp_path / 'editable'}\n{tmp_path / 'missing'}\n\0\nsub\n")
    (site / "c.pth").write_bytes(b"\xff\xfe\x00 not text\n")
    (site / "sub").mkdir()
    environment = find_environment(env)
    assert environment.folders == tuple(
        os.path.realpath(each) for each in (site, tmp_path / "editable", site / "sub")
    )
    assert environment.site_folders == (os.path.realpath(site),)
    assert not trap.exists()


def explained(path: Path) -> str:
    with pytest.raises(NoEnvironmentError) as caught:
        find_environment(path)
    return str(caught.value)


def test_a_missing_path_is_named_with_an_example(tmp_path: Path) -> None:
    assert str(tmp_path / "venv") in explained(tmp_path / "venv")
    assert ".venv/bin/python" in explained(tmp_path / "venv")


def test_a_folder_that_holds_an_environment_suggests_it(tmp_path: Path) -> None:
    make(tmp_path / ".venv")
    assert explained(tmp_path).endswith(f"did you mean {tmp_path / '.venv'}?")


def test_a_folder_and_a_file_that_are_none_say_so(tmp_path: Path) -> None:
    (tmp_path / "python").touch()
    assert "no lib/pythonX.Y/site-packages" in explained(tmp_path)
    assert "no python inside an environment" in explained(tmp_path / "python")
