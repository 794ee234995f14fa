"""A booking as it may be written down beside a contact: reference, time and state, and what the clinic lets through."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

TITLE = "Appointment booked online"
STAFF_TITLE = "Appointment booked by the clinic"
State = Literal["booked", "cancelled", "missed"]
STATES: dict[State, str] = {"booked": "booked", "cancelled": "cancelled", "missed": "did not come"}


@dataclass(frozen=True, kw_only=True)
class BookingRecord:
    """A booking as it is now. `reference` is its own and unique; times carry the clinic's zone, for people to read.

    `details` are lines such as "Service: …"; there are none unless the clinic has switched them on.
    """

    reference: str
    starts_at: datetime
    ends_at: datetime
    state: State
    title: str = TITLE
    details: tuple[str, ...] = field(default=(), repr=False)

    @property
    def marker(self) -> str:
        """What the record is found by again after a lost answer."""
        return f"[bk:{self.reference}]"

    def to_text(self) -> str:
        """What a receptionist reads; ends with the marker."""
        time = f"{self.starts_at:%Y-%m-%d %H:%M} (UTC{self.starts_at.isoformat()[-6:]})"
        lines = (self.title, f"Reference: {self.reference}", f"Time: {time}", f"State: {STATES[self.state]}")
        return "\n".join((*lines, *self.details, self.marker))
