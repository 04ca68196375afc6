"""Ask the interpreters that have the libraries, one process a library: what one does when it is imported
(signal handlers, patched modules, a crash) touches no other."""

from __future__ import annotations

import json
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bench.catalogue.claims import Statement

ROOT = Path(__file__).resolve().parents[2]
LIBRARY_SECONDS = 180

# What libraries ask for before they import without a terminal, a network or a settings file.
SURROUNDINGS = {"PYTHONDONTWRITEBYTECODE": "1", "MPLBACKEND": "agg", "NO_COLOR": "1", "HF_HUB_OFFLINE": "1"}


def ask_all(
    python: Path, statements: Mapping[str, Sequence[Statement]], setup: Mapping[str, str]
) -> dict[str, list[str]]:
    """The verdicts on the statements about each module, in their order."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        answers = pool.map(lambda module: ask(python, statements[module], setup.get(module, "")), statements)
        return dict(zip(statements, answers, strict=True))


def ask(python: Path, statements: Sequence[Statement], setup: str) -> list[str]:
    """One process; when it dies, every statement is wrong for that reason."""
    asked = json.dumps({"setup": setup, "claims": [each.claim for each in statements]})
    try:
        done = subprocess.run(
            [str(python.absolute()), "-m", "bench.catalogue.probe"],
            cwd=ROOT,
            env={**os.environ, **SURROUNDINGS, "PYTHONPATH": ""},
            input=asked,
            capture_output=True,
            text=True,
            timeout=LIBRARY_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return [f"wrong: no answer in {LIBRARY_SECONDS} s"] * len(statements)
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["nothing"])[-1]
        return [f"wrong: the interpreter ended with {done.returncode} and said: {last}"] * len(statements)
    verdicts: list[str] = json.loads(done.stdout)
    return verdicts
