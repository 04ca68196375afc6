"""Runs one case: writes its files, audits them step by step, and says line by line what differs."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

from loopaudit.configuration import Asked, Options, make_options, parse_table

from tests.case_format.reading import Case, Expected, Step, expected_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from loopaudit.findings import Audit, Endpoint, Finding, Hop


class CaseFailedError(Exception):
    """The audit and the case disagree; the message is the difference."""


def run_case(case: Case, folder: Path) -> None:
    """Audit every step of `case` inside the empty `folder`; CaseFailedError when one disagrees."""
    from loopaudit.pipeline import audit  # a broken engine must not break the collection of the cases

    files: dict[str, str] = {}
    for number, step in sorted(case.steps.items()):
        _write(step, files, folder)
        outcome = audit(_options(case, folder))
        differences = list(_compare(number, step, files, outcome))
        if differences:
            where = f"step {number}: " if len(case.steps) > 1 else ""
            raise CaseFailedError("\n".join([f"{where}{case.title}", *differences]))


def _options(case: Case, folder: Path) -> Options:
    written = parse_table(tomllib.loads(case.options), "[options]")
    return make_options(folder, Asked(cache=len(case.steps) > 1, jobs=1), written)


def _write(step: Step, files: dict[str, str], folder: Path) -> None:
    for path in step.deleted:
        (folder / path).unlink()
        del files[path]
    for path, text in step.written.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
        files[path] = text


def _compare(number: int, step: Step, files: dict[str, str], outcome: Audit) -> Iterator[str]:
    found = [finding for finding in outcome.findings if not finding.suppressed]
    expected = [one for path, text in files.items() for one in expected_in(path, text, number)]
    yield from _differences(expected, found, files)
    for chain in step.chains:
        yield from _chain_difference(chain, found)
    for line in step.roots:
        yield from _roots_difference(line, found)
    if step.routes is not None:
        yield from _routes_difference(step.routes, outcome.endpoints)
    unparsed = {broken.path: broken.message for broken in outcome.unparsed}
    yield from (f"  - not reported as unparsed: {path}" for path in step.unparsed if path not in unparsed)
    yield from (f"  + {path}: unparsed: {unparsed[path]}" for path in unparsed if path not in step.unparsed)


def _differences(expected: list[Expected], found: list[Finding], files: dict[str, str]) -> Iterator[str]:
    left = list(found)
    for one in sorted(expected):
        match = next((finding for finding in left if _is_met(one, finding)), None)
        if match is not None:
            left.remove(match)
            continue
        yield f"  - {one.path}:{one.line}: missed: {_shown(one)}"
        yield f"        {files[one.path].split(chr(10))[one.line - 1].strip()}"
    for finding in left:
        yield f"  + {finding.path}:{finding.line}: not expected: {_shown_finding(finding)}"
        yield from (f"        {_hop_line(hop)}" for hop in finding.chain)


def _is_met(one: Expected, finding: Finding) -> bool:
    if (one.path, one.line, one.code) != (finding.path, finding.line, finding.rule):
        return False
    if not _is_named(finding.primitive, one.primitive):
        return False
    hops = tuple(hop.function for hop in finding.chain[1:])
    if one.via and not (len(hops) == len(one.via) and all(map(_is_named, hops, one.via))):
        return False
    return one.notes <= {finding.severity, finding.confidence}


def _is_named(actual: str, expected: str) -> bool:
    """Dotted names agree when the expected one is the tail of the actual one."""
    actual = actual.replace("<locals>.", "")
    return actual == expected or actual.endswith("." + expected)


def _shown(one: Expected) -> str:
    via = f" via {' -> '.join(one.via)}" if one.via else ""
    notes = f" ({', '.join(sorted(one.notes))})" if one.notes else ""
    return f"{one.code} {one.primitive}{via}{notes}"


def _shown_finding(finding: Finding) -> str:
    via = " -> ".join(hop.function for hop in finding.chain[1:])
    notes = f"({finding.severity}, {finding.confidence})"
    return f"{finding.rule} {finding.primitive}{' via ' + via if via else ''} {notes}"


def _hop_line(hop: Hop) -> str:
    return f"{hop.path}:{hop.line} {hop.function} -> {hop.calls}"


def _chain_difference(chain: tuple[str, ...], found: list[Finding]) -> Iterator[str]:
    near = [finding for finding in found if finding.chain and _is_hop(chain[0], finding.chain[0])]
    if any(len(finding.chain) == len(chain) and all(map(_is_hop, chain, finding.chain)) for finding in near):
        return
    yield "  - no finding has this chain:"
    yield from (f"        {line}" for line in chain)
    for finding in near or found:
        yield "    but there is:"
        yield from (f"        {_hop_line(hop)}" for hop in finding.chain)


def _is_hop(line: str, hop: Hop) -> bool:
    place, function, _, calls = line.split(" ")
    return (
        place == f"{hop.path}:{hop.line}"
        and _is_named(hop.function, function)
        and _is_named(hop.calls, calls)
    )


def _roots_difference(line: str, found: list[Finding]) -> Iterator[str]:
    """`app.py:4 <- GET /x; startup` : method and route of an endpoint, or else the kind of the root."""
    place, _, wanted = line.partition(" <- ")
    expected = sorted(part.strip() for part in wanted.split(";"))
    here = [finding for finding in found if f"{finding.path}:{finding.line}" == place]
    actual = [
        sorted({f"{root.method} {root.route}".strip() if root.route else root.kind for root in finding.roots})
        for finding in here
    ]
    if expected not in actual:
        yield f"  - {place}: reached from {expected}, not from {actual}"


def _routes_difference(stated: list[str], endpoints: tuple[Endpoint, ...]) -> Iterator[str]:
    left = list(endpoints)
    for line in stated:
        match = next((endpoint for endpoint in left if _is_route(line, endpoint)), None)
        if match is None:
            yield f"  - no such route: {line}"
        else:
            left.remove(match)
    yield from (f"  + route not expected: {one.method} {one.route} {one.function} {one.runs}" for one in left)


def _is_route(line: str, endpoint: Endpoint) -> bool:
    method, route, function, *runs = line.split()
    return (
        (method, route) == (endpoint.method, endpoint.route)
        and _is_named(endpoint.function, function)
        and runs in ([], [endpoint.runs])
    )
