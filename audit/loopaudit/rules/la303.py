"""An attribute that an AsyncSession has not loaded is read: a lazy load, or a read after commit.

What it finds
    In a coroutine, and in the sync functions that it hands the object to:
    a relationship of an object that came from an AsyncSession, if neither the query
    (`.options(selectinload(User.posts))`) nor the mapping (`relationship(lazy="selectin")`) has loaded it;
    any attribute of such an object after `await session.commit()`, if the session was not made with
    `expire_on_commit=False`, and after `await session.rollback()`.

Why it matters
    The read has to send a query, and in a plain attribute there is no `await` to wait for it. SQLAlchemy
    raises `MissingGreenlet: greenlet_spawn has not been called`; once the session is closed,
    `DetachedInstanceError`. It goes unnoticed as long as something else happens to have loaded the attribute.

Bad
    user = (await session.execute(select(User).where(User.id == key))).scalar_one()
    return [post.title for post in user.posts]

Good
    statement = select(User).where(User.id == key).options(selectinload(User.posts))
    user = (await session.execute(statement)).scalar_one()
    return [post.title for post in user.posts]

    Or, for one object: `await session.refresh(user, ["posts"])`, or `await user.awaitable_attrs.posts`. For
    reads after a commit: `async_sessionmaker(engine, expire_on_commit=False)`.

What it leaves alone on purpose
    Objects whose query cannot be traced; relationships that any option in the same function names; a
    many-to-one relationship in a function that asks for other classes too, for the other object may be at
    hand; functions that use `run_sync`; a read in another branch than the commit's; sessions of whose factory
    nothing is known.

How to silence
    # loopaudit: ignore[LA303] why it is fine here
    or `ignore = ["LA303"]` in [tool.loopaudit], or `per-file-ignores`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopaudit.findings import Finding
from loopaudit.rules.model import Rule
from loopaudit.rules.wording import brief, short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loopaudit.static.observations import LazyRead, Observations


def check(rule: Rule, observations: Observations) -> Iterator[Finding]:
    """Every read that would have to send a query."""
    for read in observations.lazy:
        at = read.at
        yield Finding(
            rule=rule.code,
            kind="database",
            severity="error",
            confidence=read.confidence,
            path=at.path,
            line=at.line,
            column=at.column,
            end_line=at.end_line,
            function=at.function,
            message=_describe(read),
            primitive=read.name,
            advice=_advise(read),
            chain=read.chain,
            roots=read.roots,
            fingerprint="",
        )


def _describe(read: LazyRead) -> str:
    place = f"`{read.loaded.calls}` ({read.loaded.path}:{read.loaded.line})"
    reader = read.chain[-1].function
    through = f", which `{brief(at)}` calls," if (at := read.at.function) != reader else ""
    where = f"`{read.expression}` in `{brief(reader)}`{through}"
    if read.how == "relationship":
        return f"{where} raises MissingGreenlet: {place} has not loaded `{_attribute(read)}`"
    return f"{where} raises MissingGreenlet: {place} made the session forget what it had loaded"


def _attribute(read: LazyRead) -> str:
    return ".".join(read.name.split(".")[-2:])


def _advise(read: LazyRead) -> str:
    attribute = short(read.name)
    if read.how == "relationship":
        return (
            f"Load it with the object: `.options(selectinload({_attribute(read)}))`; or, afterwards, "
            f'`await session.refresh(..., ["{attribute}"])`.'
        )
    if read.how == "expires":
        return (
            "Make sessions with `expire_on_commit=False`, read what you need before the commit, "
            "or `await session.refresh(...)` after it."
        )
    return "Read what you need before the rollback, or load the object again after it."


RULE = Rule("LA303", "lazy-load", __doc__ or "", frozenset({"database"}), check, reads="lazy")
