"""What decides whether code runs: tests, and the guards that calls stand behind."""

from __future__ import annotations

import msgspec

from loopaudit.static.expressions import AnyExpr  # noqa: TC001 (msgspec reads the annotations)

Literal = str | int | float | bool | None


class Test(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A condition of a branch, as far as somebody else may know how it comes out.

    kind: of a parameter (by `position`, unchanged since it came in) `true` | `none` | `equal` (to one of
    `values`) | `starts` | `ends` (with one of them) | `is_a` (of one of these builtin types). Of anything
    else: `never` (for type checkers) | `windows` (only there) | `loop` (one is running) | `async` (`subject`
    is an `async def`, or says that something is) | `filled` (what `subject` names outlives the call and
    holds something). rebound: definitions that may have bound the parameter anew, for all this file knows.
    """

    kind: str
    position: int = -1
    rebound: tuple[int, ...] = ()
    values: tuple[Literal, ...] = ()
    subject: AnyExpr | None = None


Guards = tuple[tuple[int, bool], ...]
"""(index into `Body.tests`, truth) of every test that must come out so."""

_TYPES: dict[str, type | tuple[type, ...]] = {
    "str": str,
    "int": int,
    "float": float,
    "bool": bool,
    "bytes": (),
    "list": (),
    "dict": (),
    "tuple": (),
    "set": (),
}
BUILTIN_TYPES = frozenset(_TYPES)


def answer(test: Test, value: Literal) -> bool | None:
    """How a test of a parameter comes out for a constant; None where it would raise."""
    match test.kind:
        case "true":
            return bool(value)
        case "none":
            return value is None
        case "equal":
            return any(value == each and (value is None) == (each is None) for each in test.values)
        case "starts" | "ends":
            if not isinstance(value, str):
                return None
            wanted = tuple(each for each in test.values if isinstance(each, str))
            return value.startswith(wanted) if test.kind == "starts" else value.endswith(wanted)
        case "is_a":
            return any(isinstance(value, _TYPES[str(name)]) for name in test.values)
        case _:
            return None
