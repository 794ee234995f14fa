"""Synthetic bookings as a webhook may tell of them."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from booking_app.crm.vendors.webhook.records import BookingEvent

EVENT = BookingEvent(
    clinic="demo",
    booking="BK-7Q2M4XPA",
    revision=0,
    status="confirmed",
    changed_at=datetime(2026, 11, 21, 3, 0, 1, tzinfo=UTC),
    starts_at=datetime(2026, 11, 23, 22, 30, tzinfo=UTC),
    ends_at=datetime(2026, 11, 23, 23, 15, tzinfo=UTC),
    service_id="1200000000000001031",
    location_id="1200000000000002062",
    practitioner_id="1200000000000003093",
    appointment_id="1200000000000004124",
    patient_id="1200000000000005155",
    email=" nora.quill@example.com",
)


def event(**changes: Any) -> BookingEvent:
    return replace(EVENT, **changes)
