"""What a clinic's system may be told. A field that is not here cannot be sent."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from booking_app.crm.vendors.records import iso_utc

UNFIT = re.compile(r"[^A-Za-z0-9_-]")


@dataclass(frozen=True, kw_only=True)
class BookingEvent:
    """A booking as it is now; ids are Cliniko's, by which the receiver may look up more with its own rights.

    There is deliberately no place for names, telephone numbers, answers or what the booking is for. `email` is sent to
    connections that allow it, and to no other. `changed_at` is when the booking became what `status` says: it must be
    the same each time the same `revision` is told.
    """

    clinic: str
    booking: str
    revision: int
    status: Literal["confirmed", "cancelled", "missed"]
    changed_at: datetime
    starts_at: datetime
    ends_at: datetime
    service_id: str
    location_id: str
    practitioner_id: str
    appointment_id: str | None = None
    patient_id: str | None = None
    email: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Message:
    """One message: `id` stays the same however often it is sent, so that a receiver can tell repeats."""

    id: str
    type: str
    at: datetime
    data: dict[str, object] = field(repr=False)

    def to_json(self) -> dict[str, object]:
        return {"type": self.type, "timestamp": iso_utc(self.at), "data": self.data}


def message_of(event: BookingEvent, *, with_email: bool) -> Message:
    """The message that tells of a booking's revision."""
    data: dict[str, object] = {
        "clinic": event.clinic,
        "booking": event.booking,
        "revision": event.revision,
        "status": event.status,
        "starts_at": iso_utc(event.starts_at),
        "ends_at": iso_utc(event.ends_at),
        "service_id": event.service_id,
        "location_id": event.location_id,
        "practitioner_id": event.practitioner_id,
        "appointment_id": event.appointment_id,
        "patient_id": event.patient_id,
    }
    if with_email and event.email:
        data["email"] = event.email.strip()
    # A dot would end the id within the signed content.
    message_id = UNFIT.sub("-", f"{event.clinic}_{event.booking}_{event.revision}_{event.status}")
    return Message(message_id, f"booking.{event.status}", event.changed_at, data)
