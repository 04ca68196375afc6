"""`python -m bench.catalogue [WORD...]`: hold every row of the catalogue against the library it is about.

Installs the libraries that `distributions.toml` lists into environments below `.venv-rows/`, and asks there
whether each name exists, is a class, waits or is awaited, descends from its bases and takes the arguments
that rows speak of. Ends with 1 when a row is wrong. WORDs keep the rows whose name begins with one of them,
and then the large environments count too, with no more in them than those rows need.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections import defaultdict

from loopaudit.catalogue.load import load_catalogue

from bench.catalogue.ask import ask_all
from bench.catalogue.claims import Statement, list_statements
from bench.catalogue.environments import Environment, make_environment, read_plan
from bench.catalogue.verdicts import conclude, render


def main() -> int:
    """Install, ask, report."""
    asked = parse_arguments()
    plan = read_plan()
    statements = [each for each in list_statements(load_catalogue()) if is_wanted(each, asked.words)]
    said: list[list[str]] = [[] for _ in statements]
    for environment in plan.environments:
        if environment.is_quick or asked.all or asked.words:
            try:
                look_into(environment, statements, said, is_narrow=bool(asked.words))
            except subprocess.CalledProcessError as problem:
                said_why = [line for line in problem.stderr.splitlines() if line.startswith("ERROR")]
                print(
                    f"bench.catalogue: {environment.name}: pip failed:", *said_why, sep="\n", file=sys.stderr
                )
                return 2
    verdicts = conclude(statements, said, plan)
    print("\n".join(render(verdicts, plan)))
    return 1 if any(verdict.is_wrong for verdict in verdicts) else 0


def parse_arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(prog="python -m bench.catalogue", description=__doc__)
    parser.add_argument("words", nargs="*", metavar="WORD", help="rows whose name begins so (default: all)")
    parser.add_argument("--all", action="store_true", help="the large libraries too: 10 GB, half an hour")
    return parser.parse_args()


def is_wanted(statement: Statement, words: list[str]) -> bool:
    """Whether the name begins with one of the words, part by part."""
    return not words or any(f"{statement.name}.".startswith(f"{word}.") for word in words)


def look_into(
    environment: Environment, statements: list[Statement], said: list[list[str]], *, is_narrow: bool
) -> None:
    """Ask one environment about the statements that are its own, and add what it says to `said`."""
    places: dict[str, list[int]] = defaultdict(list)
    for index, statement in enumerate(statements):
        module = environment.module_of(statement.name)
        if module:
            places[module].append(index)
    if not places:
        return
    started = time.perf_counter()
    python = make_environment(environment.narrowed(places) if is_narrow else environment)
    installed = time.perf_counter()
    asked_of = {name: [statements[at] for at in where] for name, where in places.items()}
    answers = ask_all(python, asked_of, environment.setup)
    for module, where in places.items():
        for at, word in zip(where, answers[module], strict=True):
            said[at].append(word)
    asked = time.perf_counter()
    print(
        f"{environment.name}: {len(places)} modules, installed in {installed - started:.0f} s, "
        f"asked in {asked - installed:.0f} s",
        file=sys.stderr,
    )


if __name__ == "__main__":
    sys.exit(main())
