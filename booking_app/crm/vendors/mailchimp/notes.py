"""Notes of Mailchimp's members, by which bookings are written down.

An event would be nearer to what happened, but it can be neither changed nor taken back, and a repeat makes another one.
"""

from collections.abc import Iterator

from booking_app.crm.vendors.errors import VendorOutcomeUnknown
from booking_app.crm.vendors.mailchimp.transport import JsonObject, MailchimpTransport
from booking_app.crm.vendors.notes import Note

NOTES = "/lists/{list_id}/members/{member_id}/notes"
NOTE = "/lists/{list_id}/members/{member_id}/notes/{note_id}"
EVERYTHING = {"count": "1000", "fields": "notes.id,notes.note"}
LONGEST = 1000


class Notes:
    """Implements `NoteBook`."""

    def __init__(self, transport: MailchimpTransport) -> None:
        self._transport = transport

    def of(self, contact_id: str) -> Iterator[Note]:
        notes = self._transport.read(NOTES, query=EVERYTHING, member_id=contact_id).get("notes")
        for row in notes if isinstance(notes, list) else ():
            if isinstance(row, dict):
                yield Note(_id_of(row), str(row.get("note", "")))

    def create(self, contact_id: str, text: str) -> str:
        return _id_of(self._transport.write("POST", NOTES, body=_note(text), member_id=contact_id))

    def change(self, contact_id: str, note_id: str, text: str) -> None:
        self._transport.write("PATCH", NOTE, body=_note(text), member_id=contact_id, note_id=note_id)


def _note(text: str) -> JsonObject:
    return {"note": text[:LONGEST]}


def _id_of(note: JsonObject) -> str:
    note_id = note.get("id")
    if isinstance(note_id, str | int) and str(note_id).isdecimal():
        return str(note_id)
    raise VendorOutcomeUnknown("mailchimp_no_note_id")
