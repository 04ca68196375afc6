"""Suppressions in comments, and the line each speaks about."""

from __future__ import annotations

import pytest

from tests.static.printed import facts


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("f()  # loopaudit: ignore[LA101] small file", (1, ("LA101",), "small file")),
        ("f()  #loopaudit:ignore[LA101, la103]", (1, ("LA101", "LA103"), "")),
        ("f()  # loopaudit: ignore", (1, (), "")),
        ("f()  # loopaudit: ignore[LA101] - start-up", (1, ("LA101",), "start-up")),
        ("f()  # noqa  # loopaudit: ignore[LA101] why", (1, ("LA101",), "why")),
        ("# loopaudit: ignore[LA101] why\nf()", (2, ("LA101",), "why")),
        ("if x:\n    # loopaudit: ignore[LA101] why\n\n    # more\n    f()", (5, ("LA101",), "why")),
        ("f(\n    1,  # loopaudit: ignore[LA101] why\n)", (2, ("LA101",), "why")),
        ("f()  # loopaudit: ignore[LA101 never closed", (1, ("[LA101 never closed",), "")),
    ],
)
def test_a_suppression(source: str, expected: tuple[int, tuple[str, ...], str]) -> None:
    found = [(one.line, one.codes, one.reason) for one in facts(source).suppressions]
    assert found == [expected]


@pytest.mark.parametrize(
    "source",
    ["x = '# loopaudit: ignore[LA101]'", "# loopaudit: ignored things", "# see loopaudit: explain", "f()"],
)
def test_what_only_looks_like_a_suppression_is_none(source: str) -> None:
    assert facts(source).suppressions == ()
