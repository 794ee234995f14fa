"""Notes of ActiveCampaign's contacts, by which bookings are written down."""

from collections.abc import Iterator

from booking_app.core.outbound_http.json_api import JsonObject
from booking_app.crm.vendors.activecampaign.transport import ActiveCampaignApi, id_of
from booking_app.crm.vendors.notes import Note, NoteBook

OF_CONTACT = "/contacts/{contact_id}/notes"
NOTES = "/notes"
NOTE = "/notes/{note_id}"


class Notes(NoteBook):
    """The notes of one account."""

    def __init__(self, api: ActiveCampaignApi) -> None:
        self._api = api

    def of(self, contact_id: str) -> Iterator[Note]:
        rows = self._api.rows(OF_CONTACT, "notes", contact_id=contact_id)
        return (Note(id_of(row), str(row.get("note", ""))) for row in rows)

    def create(self, contact_id: str, text: str) -> str:
        return id_of(self._api.write_in("note", "POST", NOTES, body=_note(contact_id, text)))

    def change(self, contact_id: str, note_id: str, text: str) -> None:
        self._api.write_in("note", "PUT", NOTE, body=_note(contact_id, text), note_id=note_id)


def _note(contact_id: str, text: str) -> JsonObject:
    return {"note": text, "relid": int(contact_id), "reltype": "Subscriber"}
