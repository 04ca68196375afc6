"""From a stored file to searchable chunks: read, cut, count, rank. Plain Python, plain functions."""

# ruff: noqa: TC003 (imports as an ordinary application writes them)
from __future__ import annotations

import html
import math
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

WORD = re.compile(r"[^\W\d_]{2,}")
TAG = re.compile(r"<(script|style)\b.*?</\1>|<[^>]+>", re.DOTALL | re.IGNORECASE)
HTML_SUFFIXES = {".html", ".htm"}


@dataclass(frozen=True)
class IndexedChunk:
    """A piece of text and its most telling words."""

    position: int
    text: str
    terms: tuple[str, ...]


def extract_text(path: Path) -> str:
    """The text of a file, without its markup."""
    with open(path, encoding="utf-8", errors="replace") as file:
        text = file.read()
    if path.suffix.lower() in HTML_SUFFIXES:
        return html.unescape(TAG.sub(" ", text))
    return text


def split_text(text: str, characters: int, overlap: int) -> list[str]:
    """Pieces of at most `characters`, each beginning `overlap` characters before the last one ended."""
    step = characters - overlap
    return [text[start : start + characters] for start in range(0, len(text), step)]


def tokenise(text: str) -> list[str]:
    """The words of a text, in lower case."""
    return [word.lower() for word in WORD.findall(text)]


def rank_terms(words: list[str], spread: Counter[str], pieces: int) -> list[str]:
    """The words of one piece, the most telling first (tf-idf)."""
    counts = Counter(words)
    scores = {
        word: count / len(words) * math.log((1 + pieces) / (1 + spread[word]))
        for word, count in counts.items()
    }
    return sorted(scores, key=lambda word: (-scores[word], word))


def index_text(text: str, characters: int, overlap: int) -> list[IndexedChunk]:
    """Cut a text and rank the words of every piece."""
    pieces = split_text(text, characters, overlap)
    words = [tokenise(piece) for piece in pieces]
    spread = Counter(word for piece_words in words for word in set(piece_words))
    return [
        IndexedChunk(position, piece, tuple(rank_terms(piece_words, spread, len(pieces))))
        for position, (piece, piece_words) in enumerate(zip(pieces, words, strict=True))
    ]


def extract_keywords(text: str, kept: int) -> list[str]:
    """The words a document uses most."""
    return [word for word, _ in Counter(tokenise(text)).most_common(kept)]
