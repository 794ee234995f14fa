"""Bookings as notes of a contact. Where a note can only be created, it is looked for by its marker before."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field

from booking_app.crm.vendors.bookings import BookingRecord


@dataclass(frozen=True)
class Note:
    """A note as it stands at the vendor."""

    note_id: str
    text: str = field(repr=False)


class NoteBook(ABC):
    """Keeps bookings as notes of contacts; a vendor says how notes are read and written. Raises RemoteFailure."""

    @abstractmethod
    def of(self, contact_id: str) -> Iterable[Note]: ...

    @abstractmethod
    def create(self, contact_id: str, text: str) -> str: ...

    @abstractmethod
    def change(self, contact_id: str, note_id: str, text: str) -> None: ...

    def record(self, contact_id: str, record: BookingRecord) -> str:
        """Write a booking's note or bring it up to date; a repeat finds it by its marker and writes nothing."""
        return self.update(contact_id, record) or self.create(contact_id, record.to_text())

    def update(self, contact_id: str, record: BookingRecord) -> str | None:
        """Bring a booking's note up to date and return its id; None when there is none."""
        known = next((note for note in self.of(contact_id) if record.marker in note.text), None)
        if known is None:
            return None
        if known.text != record.to_text():
            self.change(contact_id, known.note_id, record.to_text())
        return known.note_id
