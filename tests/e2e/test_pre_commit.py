"""The pre-commit hook as a user meets it: cloned, installed apart, run before a commit.

pre-commit installs it with pip, so this reaches the package index, as the first commit of a user does.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.meta.repository import ROOT

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.needs("git"), pytest.mark.timeout(180)]

BLOCKING = "import time\n\n\nasync def wait() -> None:\n    time.sleep(1)\n"
HARMLESS = "import asyncio\n\n\nasync def wait() -> None:\n    await asyncio.sleep(1)\n"


@dataclass(frozen=True)
class Project:
    """A repository of a user, with the hook configured."""

    folder: Path
    environment: dict[str, str]

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=150,
        )

    def commit(self, source: str) -> subprocess.CompletedProcess[str]:
        (self.folder / "app.py").write_text(source)
        self.run("git", "add", "--all")
        return self.run(sys.executable, "-m", "pre_commit", "run")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A fresh repository; git hears nothing of the caller's own configuration or repository."""
    folder = tmp_path_factory.mktemp("project")
    ours = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    alone = {"GIT_CONFIG_GLOBAL": os.devnull, "PRE_COMMIT_HOME": str(tmp_path_factory.mktemp("hooks"))}
    project = Project(folder, ours | alone)
    revision = project.run("git", "-C", str(ROOT), "rev-parse", "HEAD").stdout.strip()
    (folder / ".pre-commit-config.yaml").write_text(
        f"repos:\n  - repo: {ROOT.as_uri()}\n    rev: {revision}\n    hooks:\n      - id: loopaudit\n"
    )
    project.run("git", "init", "--quiet")
    return project


def test_the_hook_stops_a_commit_that_blocks_the_loop(project: Project) -> None:
    stopped = project.commit(BLOCKING)
    assert stopped.returncode == 1, stopped.stdout + stopped.stderr
    assert "app.py:5" in stopped.stdout
    assert "LA105" in stopped.stdout


def test_the_hook_lets_a_harmless_commit_through(project: Project) -> None:
    passed = project.commit(HARMLESS)
    assert passed.returncode == 0, passed.stdout + passed.stderr
    assert "Passed" in passed.stdout
