"""`python -m bench.catalogue.probe`: claims on stdin, a verdict for each on stdout.

It runs in an interpreter that has the libraries but not loopaudit. Reads `{"setup": code, "claims": [...]}`:
`checks.py` says what a claim holds; the code is what the library wants done before it is looked at. Writes a
list of `proven`, `absent` (the library is not installed) or `wrong: why`.
"""

from __future__ import annotations

import contextlib
import json
import sys
import warnings

from bench.catalogue.probe.checks import Claim, judge


def main() -> None:
    """Answer; what libraries print while they are imported goes to stderr."""
    asked = json.load(sys.stdin)
    claims: list[Claim] = asked["claims"]
    warnings.simplefilter("ignore")
    with contextlib.redirect_stdout(sys.stderr):
        exec(asked["setup"], {})  # from our own distributions.toml
        verdicts = [judge(claim) for claim in claims]
    json.dump(verdicts, sys.stdout)


if __name__ == "__main__":
    main()
