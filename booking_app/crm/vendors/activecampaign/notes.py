"""Notes of ActiveCampaign's contacts, by which bookings are written down."""

from collections.abc import Iterator

from booking_app.crm.vendors.activecampaign.transport import ActiveCampaignTransport, JsonObject, id_of
from booking_app.crm.vendors.notes import Note

OF_CONTACT = "/contacts/{contact_id}/notes"
NOTES = "/notes"
NOTE = "/notes/{note_id}"


class Notes:
    """Implements `NoteBook`."""

    def __init__(self, transport: ActiveCampaignTransport) -> None:
        self._transport = transport

    def of(self, contact_id: str) -> Iterator[Note]:
        for row in self._transport.rows(OF_CONTACT, "notes", contact_id=contact_id):
            yield Note(id_of(row), str(row.get("note", "")))

    def create(self, contact_id: str, text: str) -> str:
        return id_of(self._transport.write("POST", NOTES, "note", body=_note(contact_id, text)))

    def change(self, contact_id: str, note_id: str, text: str) -> None:
        self._transport.write("PUT", NOTE, "note", body=_note(contact_id, text), note_id=note_id)


def _note(contact_id: str, text: str) -> JsonObject:
    return {"note": text, "relid": int(contact_id), "reltype": "Subscriber"}
