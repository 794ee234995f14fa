"""A booking as a note of the contact. A note can only be created, so it is looked for by its marker before."""

from booking_app.vendors.bookings import BookingRecord
from booking_app.vendors.errors import VendorOutcomeUnknown
from booking_app.vendors.gohighlevel.transport import GoHighLevelTransport, JsonObject

NOTES = "/contacts/{contact_id}/notes"
NOTE = "/contacts/{contact_id}/notes/{note_id}"


def record_booking(transport: GoHighLevelTransport, *, contact_id: str, record: BookingRecord) -> str:
    """Write the note of a booking or bring it up to date; a repeat finds it by its marker and writes nothing."""
    known = _find(transport, contact_id, record.marker)
    body = {"body": record.to_text()}
    if known is None:
        return _id_of(transport.write("POST", NOTES, body=body, contact_id=contact_id).get("note"))
    note_id = _id_of(known)
    if known.get("body") != body["body"]:
        transport.write("PUT", NOTE, body=body, contact_id=contact_id, note_id=note_id)
    return note_id


def _find(transport: GoHighLevelTransport, contact_id: str, marker: str) -> JsonObject | None:
    notes = transport.read(NOTES, contact_id=contact_id).get("notes")
    rows = [row for row in notes if isinstance(row, dict)] if isinstance(notes, list) else []
    return next((row for row in rows if marker in str(row.get("body", ""))), None)


def _id_of(note: object) -> str:
    note_id = note.get("id") if isinstance(note, dict) else None
    if isinstance(note_id, str) and note_id:
        return note_id
    raise VendorOutcomeUnknown("gohighlevel_no_note_id")
