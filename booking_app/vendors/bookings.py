"""A booking as it may be written down beside a contact: reference, time and state, and nothing about health."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class BookingRecord:
    """`reference` is the booking's own and unique; `starts_at` carries the clinic's zone, in which people read it."""

    reference: str
    starts_at: datetime
    state: Literal["booked", "cancelled"]

    @property
    def marker(self) -> str:
        """What the record is found by again after a lost answer."""
        return f"[bk:{self.reference}]"

    def to_text(self) -> str:
        """The note a receptionist reads; ends with the marker."""
        time = f"{self.starts_at:%Y-%m-%d %H:%M} (UTC{self.starts_at.isoformat()[-6:]})"
        return f"Online booking {self.reference}\nTime: {time}\nState: {self.state}\n{self.marker}"
