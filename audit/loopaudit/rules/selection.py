"""From what users write (`LA1`, `LA103`, `ALL`) to the codes of rules."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from loopaudit.rules import RULES

if TYPE_CHECKING:
    from loopaudit.rules.model import Rule


class UnknownCodeError(Exception):
    """No rule has this code, nor one that begins with it."""


def choose_codes(patterns: tuple[str, ...] | None) -> frozenset[str]:
    """The codes that `patterns` mean; None means the rules that are on by default."""
    if patterns is None:
        return frozenset(rule.code for rule in RULES if rule.default_on)
    return frozenset(code for pattern in patterns for code in _matching(pattern.strip()))


def find_rule(code: str) -> Rule:
    """The rule of this code (letter case aside) or name; UnknownCodeError names the nearest."""
    for rule in RULES:
        if code.upper() == rule.code or code.lower() == rule.name:
            return rule
    raise UnknownCodeError(f"there is no rule {code}; {_nearest(code)}")


def _matching(pattern: str) -> list[str]:
    if pattern.upper() == "ALL":
        return [rule.code for rule in RULES]
    codes = [rule.code for rule in RULES if pattern and rule.code.startswith(pattern.upper())]
    if not codes:
        raise UnknownCodeError(f"no rule begins with {pattern!r}; {_nearest(pattern)}")
    return codes


def _nearest(code: str) -> str:
    near = get_close_matches(code.upper(), [rule.code for rule in RULES], n=1, cutoff=0.5)
    return f"did you mean {near[0]}?" if near else "`loopaudit explain` lists them all."
