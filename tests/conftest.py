"""The marker `needs("program")`, for every test: skips where the program is missing, fails there in CI."""

from __future__ import annotations

import os
import shutil

import pytest


def find_missing_programs(item: pytest.Item) -> list[str]:
    """Return the programs that this test's `needs` markers name and that are not on PATH."""
    named = [str(name) for marker in item.iter_markers("needs") for name in marker.args]
    return [name for name in named if shutil.which(name) is None]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip on a laptop what the laptop cannot run; in CI nothing may be skipped for a missing program."""
    missing = find_missing_programs(item)
    if not missing:
        return
    sentence = f"needs {', '.join(missing)}, not found on PATH"
    if os.environ.get("CI") == "true":
        pytest.fail(f"{sentence}: .ci/run must install it", pytrace=False)
    pytest.skip(sentence)
