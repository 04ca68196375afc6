"""From observations to findings: one file a rule, one line a rule in `RULES`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.rules import (
    la101,
    la102,
    la103,
    la104,
    la105,
    la106,
    la107,
    la108,
    la109,
    la110,
    la201,
    la202,
    la203,
    la301,
    la302,
    la303,
    la304,
    la401,
    la402,
    la501,
    la502,
    la503,
)
from loopaudit.rules.fingerprint import fingerprint

if TYPE_CHECKING:
    from loopaudit.findings import Finding
    from loopaudit.rules.model import Rule
    from loopaudit.static.observations import Observations

RULES: tuple[Rule, ...] = (
    la101.RULE,
    la102.RULE,
    la103.RULE,
    la104.RULE,
    la105.RULE,
    la106.RULE,
    la107.RULE,
    la108.RULE,
    la109.RULE,
    la110.RULE,
    la201.RULE,
    la202.RULE,
    la203.RULE,
    la301.RULE,
    la302.RULE,
    la303.RULE,
    la304.RULE,
    la401.RULE,
    la402.RULE,
    la501.RULE,
    la502.RULE,
    la503.RULE,
)


def observations_for(select: frozenset[str]) -> frozenset[str]:
    """What has to be looked for beyond blocking calls, for the selected rules."""
    return frozenset(rule.reads for rule in RULES if rule.reads and rule.code in select)


def judge(observations: Observations, select: frozenset[str]) -> tuple[Finding, ...]:
    """The findings of the selected rules in the order of their places, with fingerprints."""
    findings = [
        finding for rule in RULES if rule.code in select for finding in rule.check(rule, observations)
    ]
    return tuple(fingerprint(sorted(findings, key=lambda finding: (finding.place, finding.primitive))))
