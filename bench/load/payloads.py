"""Real files to send: large ones of random bytes, and documents of plausible text. The same in every run."""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

MEBIBYTE = 1024 * 1024
SYLLABLES = [consonant + vowel for consonant in "bdfgklmnprstv" for vowel in "aeiou"]
VOCABULARY_WORDS = 4000
SUFFIXES = (".txt", ".md", ".html")


@dataclass(frozen=True)
class Payloads:
    """Where the files lie: `large` to upload under load, `documents` to be processed meanwhile."""

    large: tuple[Path, ...]
    documents: tuple[Path, ...]


def write_payloads(
    folder: Path, *, large_count: int, large_bytes: int, document_count: int, document_words: int
) -> Payloads:
    """Write all files below `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    chance = random.Random(20)
    large = tuple(folder / f"large_{place:03}.bin" for place in range(large_count))
    for path in large:
        path.write_bytes(chance.randbytes(large_bytes))
    vocabulary = invent_words(chance)
    weights = list(itertools.accumulate(1 / rank for rank in range(1, len(vocabulary) + 1)))
    documents = tuple(
        folder / f"document_{place:03}{SUFFIXES[place % len(SUFFIXES)]}" for place in range(document_count)
    )
    for path in documents:
        words = chance.choices(vocabulary, cum_weights=weights, k=document_words)
        path.write_text(compose(words, path.suffix))
    return Payloads(large, documents)


def invent_words(chance: random.Random) -> list[str]:
    """Words that nobody speaks, the frequent ones first, as in any language (Zipf)."""
    words = {"".join(chance.choices(SYLLABLES, k=chance.randint(1, 4))) for _ in range(VOCABULARY_WORDS)}
    return sorted(words, key=lambda word: (len(word), word))


def compose(words: list[str], suffix: str) -> str:
    """Sentences and paragraphs, with the markup of the suffix."""
    sentences = [" ".join(sentence).capitalize() + "." for sentence in cut(words, 14)]
    paragraphs = [" ".join(paragraph) for paragraph in cut(sentences, 6)]
    match suffix:
        case ".html":
            inner = "\n".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
            head = f"<!doctype html>\n<html><head><title>{words[0]}</title></head>"
            return f"{head}<body>\n{inner}\n</body></html>\n"
        case ".md":
            return f"# {words[0].capitalize()}\n\n" + "\n\n".join(paragraphs) + "\n"
        case _:
            return "\n\n".join(paragraphs) + "\n"


def cut(items: list[str], size: int) -> list[list[str]]:
    """Runs of `size` items; the last may be shorter."""
    return [items[start : start + size] for start in range(0, len(items), size)]
