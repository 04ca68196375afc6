"""Importing the runtime costs no web framework, and a missing extra is named in a sentence."""

from __future__ import annotations

import subprocess
import sys

import pytest

OPTIONAL = ("prometheus_client", "fastapi", "starlette", "uvloop", "aiomonitor", "anyio", "loopaudit.static")

IMPORT = f"""
import sys
import loopaudit.runtime
loaded = [name for name in {OPTIONAL!r} if name in sys.modules]
raise SystemExit(f"imported {{loaded}}" if loaded else 0)
"""

WITHOUT = """
import asyncio, sys
sys.modules[{package!r}] = None
from loopaudit.runtime import Settings, SettingsError, metrics_app, watch

async def main():
    with watch(Settings({setting}=0)):
        pass

try:
    {call}
except SettingsError as error:
    print(error)
"""


def python(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=50
    )


def test_importing_loads_no_optional_package() -> None:
    done = python(IMPORT)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("package", "setting", "call", "extra"),
    [
        ("prometheus_client", "metrics_port", "asyncio.run(main())", "loopaudit[runtime]"),
        ("prometheus_client", "metrics_port", "metrics_app()", "loopaudit[runtime]"),
        ("aiomonitor", "aiomonitor_port", "asyncio.run(main())", "loopaudit[aiomonitor]"),
    ],
)
def test_a_missing_package_is_named_with_its_extra(package: str, setting: str, call: str, extra: str) -> None:
    done = python(WITHOUT.format(package=package, setting=setting, call=call))
    assert package.replace("_", "-") in done.stdout, done.stderr
    assert extra in done.stdout
    assert done.stderr == ""
