"""Notes of GoHighLevel's contacts, by which bookings are written down."""

from booking_app.core.outbound_http.errors import VendorOutcomeUnknown
from booking_app.core.outbound_http.json_api import records_in
from booking_app.crm.vendors.gohighlevel.transport import GoHighLevelApi
from booking_app.crm.vendors.notes import Note, NoteBook

NOTES = "/contacts/{contact_id}/notes"
NOTE = "/contacts/{contact_id}/notes/{note_id}"


class Notes(NoteBook):
    """The notes of one account."""

    def __init__(self, api: GoHighLevelApi) -> None:
        self._api = api

    def of(self, contact_id: str) -> list[Note]:
        document = self._api.read(NOTES, contact_id=contact_id)
        return [Note(_id_of(row), str(row.get("body", ""))) for row in records_in(document, "notes")]

    def create(self, contact_id: str, text: str) -> str:
        answer = self._api.write("POST", NOTES, body={"body": text}, contact_id=contact_id)
        return _id_of(answer.get("note"))

    def change(self, contact_id: str, note_id: str, text: str) -> None:
        self._api.write("PUT", NOTE, body={"body": text}, contact_id=contact_id, note_id=note_id)


def _id_of(note: object) -> str:
    note_id = note.get("id") if isinstance(note, dict) else None
    if isinstance(note_id, str) and note_id:
        return note_id
    raise VendorOutcomeUnknown("gohighlevel_no_note_id")
