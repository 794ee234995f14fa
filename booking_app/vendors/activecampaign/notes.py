"""A booking as a note of the contact. A note can only be created, so it is looked for by its marker before."""

from booking_app.vendors.activecampaign.transport import ActiveCampaignTransport, id_of
from booking_app.vendors.bookings import BookingRecord

OF_CONTACT = "/contacts/{contact_id}/notes"
NOTES = "/notes"
NOTE = "/notes/{note_id}"


def record_booking(transport: ActiveCampaignTransport, *, contact_id: str, record: BookingRecord) -> str:
    """Write the note of a booking or bring it up to date; a repeat finds it by its marker and writes nothing."""
    body = {"note": record.to_text(), "relid": int(contact_id), "reltype": "Subscriber"}
    for row in transport.rows(OF_CONTACT, "notes", contact_id=contact_id):
        if record.marker in str(row.get("note", "")):
            note_id = id_of(row)
            if row.get("note") != body["note"]:
                transport.write("PUT", NOTE, "note", body=body, note_id=note_id)
            return note_id
    return id_of(transport.write("POST", NOTES, "note", body=body))
