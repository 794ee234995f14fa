"""What every CRM connector does. The sync knows vendors by these classes alone."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol, Self

from booking_app.core.outbound_http.json_api import JsonApi
from booking_app.crm.vendors.bookings import BookingRecord
from booking_app.crm.vendors.records import (
    Account,
    ConsentChange,
    ConsentProof,
    Contact,
    FoundContact,
    Names,
    PlannedProperty,
    Upserted,
)


class ContactBook(Protocol):
    """The contacts of one account. A contact is known by its e-mail, so that every write may be repeated."""

    def payload_of(self, contact: Contact) -> dict[str, str]:
        """What `upsert` would send, under the vendor's names, without the key. Calls nobody."""
        ...

    def find(self, email: str) -> FoundContact | None:
        """The contact that has this address, with the fields we write."""
        ...

    def upsert(self, contact: Contact) -> Upserted:
        """Create the contact or change what is known of it; fields the account lacks are dropped and named."""
        ...

    def add_tags(self, contact_id: str, tags: Sequence[str]) -> None:
        """Add the tags to those that are there."""
        ...

    def erase(self, email: str) -> bool:
        """Delete the contact as far as the vendor's API goes; False when there is none. At a person's wish alone."""
        ...

    def set_next_booking(self, email: str, next_booking_at: datetime | None) -> str | None:
        """Write the person's next booking, or that nothing is booked. Makes no contact: None when there is none."""
        ...


class FieldSchema(Protocol):
    """The fields a connection writes, compared with those the account has."""

    def plan(self) -> tuple[PlannedProperty, ...]:
        """Every field that is written, and whether the account has it. Only reads."""
        ...

    def apply(self) -> tuple[PlannedProperty, ...]:
        """Make our own missing fields (mapped ones are the clinic's to make) and return the plan as it then stands.

        Run from settings, not per booking. Repeats are harmless.
        """
        ...


class BookingRecords(Protocol):
    """Bookings written down beside contacts."""

    def record(self, contact_id: str, record: BookingRecord) -> str:
        """Write a booking down, or bring what is there up to date; returns the record's id."""
        ...

    def update(self, contact_id: str, record: BookingRecord) -> str | None:
        """Bring the record of a booking up to date; makes none: None when there is none."""
        ...


class Consents(Protocol):
    """The vendor's own subscription. An opt-out that stands there is kept, whatever was ticked."""

    def follow(self, email: str, proof: ConsentProof) -> ConsentChange: ...


@dataclass(frozen=True, kw_only=True)
class Vendor(ABC):
    """One connection of one clinic. Everything raises RemoteFailure (`outbound_http.errors`) and nothing else.

    `names` says which field of a contact each of ours goes to.
    """

    api: JsonApi
    names: Names

    @property
    @abstractmethod
    def contacts(self) -> ContactBook: ...

    @property
    @abstractmethod
    def schema(self) -> FieldSchema: ...

    @property
    @abstractmethod
    def bookings(self) -> BookingRecords: ...

    @property
    @abstractmethod
    def consents(self) -> Consents: ...

    @abstractmethod
    def whoami(self) -> Account:
        """Whom the token belongs to; raises AUTH unless it may also read contacts."""

    @abstractmethod
    def add_to_list(self, contact_id: str, list_id: str) -> None:
        """Put a contact on a list; one that is on it stays on it. Raises CONFIG when there is no such list."""

    def within(self, *, deadline: float | None = None, before_write: Callable[[], None] | None = None) -> Self:
        """The same with a deadline (monotonic seconds) and a check called right before bytes of a write leave."""
        return replace(self, api=self.api.within(deadline=deadline, before_write=before_write))
