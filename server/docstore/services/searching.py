"""Full-text search: what a user types, made into a question that cannot be anything else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from docstore.errors import Unprocessable
from docstore.storage.deadlines import limiting_time
from docstore.storage.passages import CLOSING, OPENING, Match, search_passages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from docstore.services.collections import Collections
    from docstore.storage.database import Database

TERM = re.compile(r'"([^"]*)"|(\S+)')
MOST_TERMS = 32


@dataclass(frozen=True, slots=True)
class Found:
    """A page of matches, and whether there are more behind it."""

    matches: Sequence[Match]
    has_more: bool


@dataclass(frozen=True, slots=True)
class Searching:
    """Reads only; every question has an end."""

    database: Database
    collections: Collections
    limit_seconds: float

    async def query(self, collection_id: str, words: str, limit: int, offset: int) -> Found:
        """Best first. Raises NotFound, and Unprocessable for a query without words."""
        match = as_match(words)
        await self.collections.get(collection_id)
        ask = partial(
            search_passages, collection_id=collection_id, match=match, limit=limit + 1, offset=offset
        )
        matches = await self.database.read(partial(self._ask_limited, ask=ask))
        return Found(matches[:limit], len(matches) > limit)

    def _ask_limited(self, connection: Connection, ask: partial[list[Match]]) -> list[Match]:
        with limiting_time(connection, self.limit_seconds):
            return ask(connection)


def as_match(words: str) -> str:
    """All words must occur; `"in quotes"` is a phrase, `begin*` a prefix. Everything else is quoted away."""
    terms: list[str] = []
    for phrase, word in TERM.findall(words):
        content = (phrase or word).replace('"', " ").replace("\0", " ")
        if any(character.isalnum() for character in content):
            is_prefix = bool(word) and content.endswith("*")
            terms.append(f'"{content.rstrip("*")}"{"*" if is_prefix else ""}')
    if not terms:
        raise Unprocessable("The query holds no word; ask for at least one, as in ?q=invoice.")
    if len(terms) > MOST_TERMS:
        raise Unprocessable(f"The query holds {len(terms)} words; the limit is {MOST_TERMS}.")
    return " ".join(terms)


def split_marks(snippet: str) -> tuple[str, list[tuple[int, int]]]:
    """The plain text, and where the matches lie in it."""
    plain, highlights, start = "", [], 0
    for piece in re.split(f"([{OPENING}{CLOSING}])", snippet):
        if piece == OPENING:
            start = len(plain)
        elif piece == CLOSING:
            highlights.append((start, len(plain)))
        else:
            plain += piece
    return plain, highlights
