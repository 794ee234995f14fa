"""A booking as a note: once, whatever gets lost, and always as the booking is now."""

from dataclasses import replace
from datetime import datetime

from booking_app.core.failures import Failure
from booking_app.crm.vendors.bookings import BookingRecord
from tests.crm.vendors.activecampaign.conftest import Sandbox, refused

STARTS_AT = datetime.fromisoformat("2026-11-24T09:00:00+10:30")
BOOKING = BookingRecord(reference="BK-7Q2M4X9A", starts_at=STARTS_AT, ends_at=STARTS_AT, state="booked")


def test_a_booking_is_noted_once_and_follows_it(sandbox: Sandbox) -> None:
    contact, vendor = sandbox.has("nora@example.com"), sandbox.client()
    note_id = vendor.bookings.record(contact["id"], BOOKING)
    assert vendor.bookings.record(contact["id"], BOOKING) == note_id
    assert vendor.bookings.record(contact["id"], replace(BOOKING, state="cancelled")) == note_id
    (note,) = sandbox.account.rows("notes")
    assert note["note"] == (
        "Appointment booked online\nReference: BK-7Q2M4X9A\nTime: 2026-11-24 09:00 (UTC+10:30)\n"
        "State: cancelled\n[bk:BK-7Q2M4X9A]"
    )
    assert sandbox.methods.count("PUT") == 1


def test_a_note_whose_answer_was_lost_is_found_by_its_marker(sandbox: Sandbox) -> None:
    contact, vendor = sandbox.has("nora@example.com"), sandbox.client()
    sandbox.fault("drop_after", method="POST", path="/notes")
    assert refused(lambda: vendor.bookings.record(contact["id"], BOOKING)).failure is Failure.UNKNOWN_OUTCOME
    vendor.bookings.record(contact["id"], BOOKING)
    vendor.bookings.record(contact["id"], replace(BOOKING, reference="BK-7Q2M4X9B"))
    assert len(sandbox.account.rows("notes")) == 2
