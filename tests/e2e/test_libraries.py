"""A real virtual environment with a real wheel in it: found, read, and not run."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.timeout(180)

LIBRARY = """\
import time
from pathlib import Path

Path(__file__).with_name("was_run").touch()


class Client:
    def __init__(self, host):
        self.host = host

    def fetch(self):
        return self._wait()

    def _wait(self):
        time.sleep(1)
"""
METADATA = "Metadata-Version: 2.1\nName: tiny-lib\nVersion: 1.0\n"
WHEEL = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
APP = "from tiny_lib import Client\n\n\nasync def f() -> None:\n    Client('host').fetch()\n"


def build_wheel(folder: Path) -> Path:
    info = "tiny_lib-1.0.dist-info"
    files = {
        "tiny_lib/__init__.py": LIBRARY,
        f"{info}/METADATA": METADATA,
        f"{info}/WHEEL": WHEEL,
    }
    record = "".join(f"{name},,\n" for name in [*files, f"{info}/RECORD"])
    path = folder / "tiny_lib-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        for name, text in {**files, f"{info}/RECORD": record}.items():
            wheel.writestr(name, text)
    return path


def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"XDG_CACHE_HOME": str(cwd / "cache"), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    return subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=150
    )


def test_a_wheel_in_a_virtual_environment_is_followed_and_never_run(tmp_path: Path) -> None:
    run(sys.executable, "-m", "venv", ".venv", cwd=tmp_path)
    python = tmp_path / ".venv" / "bin" / "python"
    wheel = build_wheel(tmp_path)
    installed = run(python, "-m", "pip", "install", "--no-index", "--no-compile", wheel, cwd=tmp_path)
    assert installed.returncode == 0, installed.stderr
    (tmp_path / "app.py").write_text(APP)
    for named in (".venv", ".venv/bin/python"):
        done = run(sys.executable, "-m", "loopaudit", "check", "--python", named, cwd=tmp_path)
        assert done.returncode == 1, done.stderr
        assert "app.py:5:5: LA105 error: `time.sleep`" in done.stdout
        assert "`f` reaches it through `Client.fetch` -> `Client._wait`" in done.stdout
        assert "site-packages/tiny_lib/__init__.py:15:9" in done.stdout
    assert len(list((tmp_path / "cache" / "loopaudit" / "libraries").glob("*.facts"))) == 1
    assert not list(tmp_path.rglob("was_run"))
    assert not list((tmp_path / ".venv").rglob("tiny_lib/**/*.pyc"))
