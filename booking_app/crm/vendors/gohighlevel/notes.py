"""Notes of GoHighLevel's contacts, by which bookings are written down."""

from collections.abc import Iterator

from booking_app.crm.vendors.errors import VendorOutcomeUnknown
from booking_app.crm.vendors.gohighlevel.transport import GoHighLevelTransport
from booking_app.crm.vendors.notes import Note

NOTES = "/contacts/{contact_id}/notes"
NOTE = "/contacts/{contact_id}/notes/{note_id}"


class Notes:
    """Implements `NoteBook`."""

    def __init__(self, transport: GoHighLevelTransport) -> None:
        self._transport = transport

    def of(self, contact_id: str) -> Iterator[Note]:
        notes = self._transport.read(NOTES, contact_id=contact_id).get("notes")
        for row in notes if isinstance(notes, list) else ():
            if isinstance(row, dict):
                yield Note(_id_of(row), str(row.get("body", "")))

    def create(self, contact_id: str, text: str) -> str:
        answer = self._transport.write("POST", NOTES, body={"body": text}, contact_id=contact_id)
        return _id_of(answer.get("note"))

    def change(self, contact_id: str, note_id: str, text: str) -> None:
        self._transport.write("PUT", NOTE, body={"body": text}, contact_id=contact_id, note_id=note_id)


def _id_of(note: object) -> str:
    note_id = note.get("id") if isinstance(note, dict) else None
    if isinstance(note_id, str) and note_id:
        return note_id
    raise VendorOutcomeUnknown("gohighlevel_no_note_id")
