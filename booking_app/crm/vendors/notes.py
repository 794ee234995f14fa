"""Bookings as notes of a contact. Where a note can only be created, it is looked for by its marker before."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from booking_app.crm.vendors.bookings import BookingRecord


@dataclass(frozen=True)
class Note:
    """A note as it stands at the vendor."""

    note_id: str
    text: str = field(repr=False)


class NoteBook(Protocol):
    """The notes of contacts at one vendor. Methods raise RemoteFailure."""

    def of(self, contact_id: str) -> Iterable[Note]: ...
    def create(self, contact_id: str, text: str) -> str: ...
    def change(self, contact_id: str, note_id: str, text: str) -> None: ...


def record_booking(book: NoteBook, *, contact_id: str, record: BookingRecord) -> str:
    """Write a booking's note or bring it up to date; a repeat finds it by its marker and writes nothing."""
    return update_booking(book, contact_id=contact_id, record=record) or book.create(contact_id, record.to_text())


def update_booking(book: NoteBook, *, contact_id: str, record: BookingRecord) -> str | None:
    """Bring a booking's note up to date and return its id; None when there is none."""
    known = next((note for note in book.of(contact_id) if record.marker in note.text), None)
    if known is None:
        return None
    if known.text != record.to_text():
        book.change(contact_id, known.note_id, record.to_text())
    return known.note_id
