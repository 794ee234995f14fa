"""Notes of Mailchimp's members, by which bookings are written down.

An event would be nearer to what happened, but it can be neither changed nor taken back, and a repeat makes another one.
"""

from booking_app.core.outbound_http.json_api import JsonObject, number_id, records_in
from booking_app.crm.vendors.mailchimp.transport import MailchimpApi
from booking_app.crm.vendors.notes import Note, NoteBook

NOTES = "/lists/{list_id}/members/{member_id}/notes"
NOTE = "/lists/{list_id}/members/{member_id}/notes/{note_id}"
EVERYTHING = {"count": "1000", "fields": "notes.id,notes.note"}
LONGEST = 1000


class Notes(NoteBook):
    """The notes of one account."""

    def __init__(self, api: MailchimpApi) -> None:
        self._api = api

    def of(self, contact_id: str) -> list[Note]:
        document = self._api.read(NOTES, query=EVERYTHING, member_id=contact_id)
        return [Note(_id_of(row), str(row.get("note", ""))) for row in records_in(document, "notes")]

    def create(self, contact_id: str, text: str) -> str:
        return _id_of(self._api.write("POST", NOTES, body=_note(text), member_id=contact_id))

    def change(self, contact_id: str, note_id: str, text: str) -> None:
        self._api.write("PATCH", NOTE, body=_note(text), member_id=contact_id, note_id=note_id)


def _note(text: str) -> JsonObject:
    return {"note": text[:LONGEST]}


def _id_of(note: JsonObject) -> str:
    return number_id(note, "mailchimp_no_note_id")
