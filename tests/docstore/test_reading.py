"""From bytes to passages: what a reader would see, cut where a reader would pause."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from docstore.processing.extract import read_passages, replace_file
from docstore.processing.passages import LONGEST, cut_passages
from docstore.processing.readers import UnreadableError, read_html, read_text
from hypothesis import given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from pathlib import Path


@given(st.text())
@settings(deadline=None)
def test_passages_make_the_text_again(text: str) -> None:
    assert "".join(cut_passages(text)) == text


@given(st.text(alphabet="ab \n.#", max_size=LONGEST * 5))
@settings(deadline=None, max_examples=50)
def test_no_passage_is_empty_or_too_long(text: str) -> None:
    assert all(0 < len(passage) <= LONGEST for passage in cut_passages(text))


def test_a_text_is_cut_between_paragraphs_rather_than_words() -> None:
    paragraph = "word " * 200
    passages = cut_passages(f"{paragraph}\n\n{paragraph}\n\n{paragraph}")
    assert [passage.endswith("\n\n") for passage in passages[:-1]] == [True] * (len(passages) - 1)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("späte Äpfel".encode(), "späte Äpfel"),
        ("späte Äpfel".encode("cp1252"), "späte Äpfel"),
        ("späte Äpfel".encode("utf-16"), "späte Äpfel"),
        ("späte Äpfel".encode("utf-8-sig"), "späte Äpfel"),
        (b"a\r\nb\x02\x03c", "a\nbc"),
        (b"", ""),
    ],
)
def test_text_is_decoded_as_what_it_is(content: bytes, text: str) -> None:
    assert read_text(content) == text


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\0\0", b"\xff\xfe\x00\xd8"])
def test_what_is_not_text_is_said_to_be_so(content: bytes) -> None:
    with pytest.raises(UnreadableError, match=r"\.$"):
        read_text(content)


def test_of_a_page_what_a_reader_sees_is_kept() -> None:
    page = b"""<html><head><title>Title</title><style>p {}</style></head><body>
        <script>alert(1)</script><h1>Head</h1><p>One &amp; <b>two</b></p><!-- no --></body></html>"""
    text = read_html(page)
    assert "Head" in text
    assert "One &" in text
    assert "two" in text
    for hidden in ("alert", "p {}", "no"):
        assert hidden not in text


def test_a_page_in_its_declared_encoding_is_read_in_it() -> None:
    assert "Привет" in read_html('<meta charset="windows-1251"><p>Привет'.encode("cp1251"))


@pytest.mark.parametrize("content", [b"", b"<", b"<p" * 10_000, b"<meta charset=nonsense><p>\xe4</p>"])
def test_broken_pages_are_read_as_far_as_they_go(content: bytes) -> None:
    read_html(content)


def test_passages_are_read_back_in_any_batch(tmp_path: Path) -> None:
    passages = ["", "eins", "zwei ü", "drei 😀", "vier"]
    ends = [sum(len(p.encode()) for p in passages[: n + 1]) for n in range(len(passages))]
    replace_file(tmp_path / "text", "".join(passages).encode())
    replace_file(tmp_path / "spans", b"".join(end.to_bytes(8, "little") for end in ends))
    for first in range(len(passages)):
        for count in range(1, 7):
            read = read_passages(tmp_path / "text", tmp_path / "spans", first, count)
            assert read == passages[first : first + count]
