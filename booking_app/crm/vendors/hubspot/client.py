"""One HubSpot connection, as the CRM sync knows it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from booking_app.crm.vendors.bookings import BookingRecord
from booking_app.crm.vendors.hubspot.accounts import read_account
from booking_app.crm.vendors.hubspot.consents import Consents
from booking_app.crm.vendors.hubspot.contacts import Contacts
from booking_app.crm.vendors.hubspot.lists import add_to_list
from booking_app.crm.vendors.hubspot.meetings import Meetings
from booking_app.crm.vendors.hubspot.properties import DEFAULT_NAMES, Schema
from booking_app.crm.vendors.hubspot.transport import API_VERSION, BASE_URL, HubSpotTransport
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
from booking_app.crm.vendors.transport import HttpClient


@dataclass(frozen=True, kw_only=True)
class HubSpot:
    """Implements `Vendor`. `names` says which HubSpot property each field of a contact goes to.

    `tags` are the choices that `apply_schema` makes for our own tags property, because HubSpot has no tags of contacts.
    `subscription_id` is the account's marketing subscription type; without one, consents stay in our properties.
    """

    transport: HubSpotTransport
    names: Names
    tags: tuple[str, ...] = ()
    subscription_id: int | None = None

    @classmethod
    def connect(
        cls,
        *,
        token: str,
        http: HttpClient,
        monotonic: Callable[[], float],
        names: Names = DEFAULT_NAMES,
        base_url: str = BASE_URL,
        version: str = API_VERSION,
        tags: tuple[str, ...] = (),
        subscription_id: int | None = None,
    ) -> "HubSpot":
        """A connection by a service key or a private app's token; calls nobody. Raises CONFIG for an unusable token."""
        transport = HubSpotTransport.connect(
            token=token, http=http, monotonic=monotonic, base_url=base_url, version=version
        )
        return cls(transport=transport, names=names, tags=tags, subscription_id=subscription_id)

    def within(self, *, deadline: float | None = None, before_write: Callable[[], None] | None = None) -> "HubSpot":
        return replace(self, transport=self.transport.within(deadline=deadline, before_write=before_write))

    def whoami(self) -> Account:
        return read_account(self.transport)

    def plan_schema(self) -> tuple[PlannedProperty, ...]:
        return (*Schema(self.transport, self.names, self.tags).plan(), Meetings(self.transport).plan())

    def apply_schema(self) -> tuple[PlannedProperty, ...]:
        Meetings(self.transport).apply()
        return (*Schema(self.transport, self.names, self.tags).apply(), Meetings(self.transport).plan())

    def payload_of(self, contact: Contact) -> dict[str, str]:
        return self._contacts.payload_of(contact)

    def find_contact(self, email: str) -> FoundContact | None:
        return self._contacts.find(email)

    def upsert_contact(self, contact: Contact) -> Upserted:
        return self._contacts.upsert(contact)

    def add_to_list(self, contact_id: str, list_id: str) -> None:
        add_to_list(self.transport, contact_id=contact_id, list_id=list_id)

    def apply_tags(self, contact_id: str, tags: Sequence[str]) -> None:
        self._contacts.add_tags(contact_id, tags)

    def set_next_booking(self, email: str, *, next_booking_at: datetime | None) -> str | None:
        return self._contacts.set_next_booking(email, next_booking_at)

    def record_booking(self, contact_id: str, record: BookingRecord) -> str:
        return Meetings(self.transport).record(contact_id, record)

    def update_booking(self, contact_id: str, record: BookingRecord) -> str | None:
        return Meetings(self.transport).update(record)

    def set_consent(self, email: str, proof: ConsentProof) -> ConsentChange:
        return Consents(self.transport, self.subscription_id).follow(email, proof)

    @property
    def _contacts(self) -> Contacts:
        return Contacts(self.transport, self.names)
