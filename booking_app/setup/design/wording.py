"""What changed between two texts, for somebody who reads them and not code: word by word, unchanged stretches cut."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

Kind = Literal["same", "added", "removed"]
WORDS = re.compile(r"\s+|\w+|[^\w\s]")
AROUND = 1  # unchanged paragraphs kept before and after a change


@dataclass(frozen=True)
class Piece:
    """A stretch of words that stayed, came or went."""

    kind: Kind
    text: str


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of the comparison; `skipped` counts the unchanged ones left out here instead."""

    pieces: tuple[Piece, ...] = ()
    skipped: int = 0

    @property
    def is_changed(self) -> bool:
        return any(piece.kind != "same" for piece in self.pieces)


def difference(old: str, new: str) -> tuple[Paragraph, ...]:
    """The paragraphs of both texts in reading order; empty when nothing changed."""
    before, after = _paragraphs(old), _paragraphs(new)
    compared = [
        paragraph
        for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
        for paragraph in _compared(tag, before[a:b], after[c:d])
    ]
    return tuple(_shortened(compared)) if any(paragraph.is_changed for paragraph in compared) else ()


def _paragraphs(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"\n\s*\n", text.strip()) if part.strip()]


def _compared(tag: str, before: Sequence[str], after: Sequence[str]) -> Iterator[Paragraph]:
    if tag == "equal":
        yield from (Paragraph((Piece("same", text),)) for text in before)
        return
    for place in range(max(len(before), len(after))):
        old = before[place] if place < len(before) else ""
        new = after[place] if place < len(after) else ""
        yield Paragraph(tuple(_pieces(old, new)))


def _pieces(old: str, new: str) -> Iterator[Piece]:
    a, b = WORDS.findall(old), WORDS.findall(new)
    for tag, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece("same", "".join(a[i:j]))
            continue
        if i < j:
            yield Piece("removed", "".join(a[i:j]))
        if k < m:
            yield Piece("added", "".join(b[k:m]))


def _shortened(paragraphs: Sequence[Paragraph]) -> Iterator[Paragraph]:
    changed = [place for place, paragraph in enumerate(paragraphs) if paragraph.is_changed]
    skipped = 0
    for place, paragraph in enumerate(paragraphs):
        if any(abs(place - other) <= AROUND for other in changed):
            if skipped:
                yield Paragraph(skipped=skipped)
            skipped = 0
            yield paragraph
        else:
            skipped += 1
    if skipped:
        yield Paragraph(skipped=skipped)
