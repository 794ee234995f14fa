"""What every CRM connector does. The CRM sync knows vendors by this protocol alone."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from booking_app.crm.vendors.bookings import BookingRecord
from booking_app.crm.vendors.records import (
    Account,
    ConsentChange,
    ConsentProof,
    Contact,
    FoundContact,
    PlannedProperty,
    Upserted,
)


class Vendor(Protocol):
    """One connection of one clinic. Methods raise RemoteFailure (its subclasses in `errors.py`) and nothing else.

    Every write may be repeated: a contact is known by its e-mail, all else sets a value or belongs to a set.
    """

    def whoami(self) -> Account:
        """Whom the token belongs to; raises AUTH unless it may also read contacts."""
        ...

    def plan_schema(self) -> tuple[PlannedProperty, ...]:
        """The fields this connection writes and whether the account has them. Only reads."""
        ...

    def apply_schema(self) -> tuple[PlannedProperty, ...]:
        """Make our own missing fields (mapped ones are the clinic's to make). Run from settings, not per booking."""
        ...

    def payload_of(self, contact: Contact) -> dict[str, str]:
        """What `upsert_contact` would send, under the vendor's names, without the key. Calls nobody."""
        ...

    def find_contact(self, email: str) -> FoundContact | None: ...

    def upsert_contact(self, contact: Contact) -> Upserted:
        """Create the contact or change what is known of it; fields the account lacks are dropped and named."""
        ...

    def add_to_list(self, contact_id: str, list_id: str) -> None: ...
    def apply_tags(self, contact_id: str, tags: Sequence[str]) -> None:
        """Add the tags to those that are there."""
        ...

    def set_next_booking(self, email: str, *, next_booking_at: datetime | None) -> str | None:
        """Write the person's next booking, or that nothing is booked. Makes no contact: None when there is none."""
        ...

    def record_booking(self, contact_id: str, record: BookingRecord) -> str:
        """Write a booking down beside the contact, or bring what is there up to date; returns the record's id."""
        ...

    def update_booking(self, contact_id: str, record: BookingRecord) -> str | None:
        """Bring the record of a booking up to date; makes none: None when there is none."""
        ...

    def set_consent(self, email: str, proof: ConsentProof) -> ConsentChange:
        """Let the vendor's own subscription follow. An opt-out that stands there is kept, whatever was ticked."""
        ...

    def within(self, *, deadline: float | None = None, before_write: Callable[[], None] | None = None) -> "Vendor":
        """The same with a deadline (monotonic seconds) and a check called right before bytes of a write leave."""
        ...
