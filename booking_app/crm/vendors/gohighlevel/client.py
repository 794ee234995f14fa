"""One GoHighLevel connection, as the CRM sync knows it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from booking_app.crm.vendors import notes
from booking_app.crm.vendors.bookings import BookingRecord
from booking_app.crm.vendors.errors import VendorMisconfigured
from booking_app.crm.vendors.gohighlevel.accounts import read_account
from booking_app.crm.vendors.gohighlevel.consents import Consents
from booking_app.crm.vendors.gohighlevel.contacts import Contacts
from booking_app.crm.vendors.gohighlevel.fields import DEFAULT_NAMES, Schema
from booking_app.crm.vendors.gohighlevel.notes import Notes
from booking_app.crm.vendors.gohighlevel.transport import API_VERSION, BASE_URL, GoHighLevelTransport
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
class GoHighLevel:
    """Implements `Vendor`. `names` says which field of a contact each of ours goes to.

    `shuts_on_refusal` sets "do not disturb" for e-mail where the marketing box was left empty; off unless the clinic
    wants it, because GoHighLevel then sends that person no mail of any kind.
    """

    transport: GoHighLevelTransport
    names: Names
    shuts_on_refusal: bool = False

    @classmethod
    def connect(
        cls,
        *,
        token: str,
        location_id: str,
        http: HttpClient,
        monotonic: Callable[[], float],
        names: Names = DEFAULT_NAMES,
        base_url: str = BASE_URL,
        version: str = API_VERSION,
        shuts_on_refusal: bool = False,
    ) -> "GoHighLevel":
        """A connection by a private integration's token; calls nobody.

        Raises CONFIG for a token, sub-account id or version that cannot be used.
        """
        transport = GoHighLevelTransport.connect(
            token=token, location_id=location_id, http=http, monotonic=monotonic, base_url=base_url, version=version
        )
        return cls(transport=transport, names=names, shuts_on_refusal=shuts_on_refusal)

    def within(self, *, deadline: float | None = None, before_write: Callable[[], None] | None = None) -> "GoHighLevel":
        return replace(self, transport=self.transport.within(deadline=deadline, before_write=before_write))

    def whoami(self) -> Account:
        return read_account(self.transport)

    def plan_schema(self) -> tuple[PlannedProperty, ...]:
        return Schema(self.transport, self.names).plan()

    def apply_schema(self) -> tuple[PlannedProperty, ...]:
        return Schema(self.transport, self.names).apply()

    def payload_of(self, contact: Contact) -> dict[str, str]:
        return self._contacts.payload_of(contact)

    def find_contact(self, email: str) -> FoundContact | None:
        return self._contacts.find(email)

    def upsert_contact(self, contact: Contact) -> Upserted:
        return self._contacts.upsert(contact)

    def add_to_list(self, contact_id: str, list_id: str) -> None:
        """GoHighLevel has no lists of contacts, and a workflow would run again at each repeat. Always raises CONFIG."""
        raise VendorMisconfigured("gohighlevel_no_lists")

    def apply_tags(self, contact_id: str, tags: Sequence[str]) -> None:
        self._contacts.add_tags(contact_id, tags)

    def set_next_booking(self, email: str, *, next_booking_at: datetime | None) -> str | None:
        return self._contacts.set_next_booking(email, next_booking_at)

    def record_booking(self, contact_id: str, record: BookingRecord) -> str:
        return notes.record_booking(Notes(self.transport), contact_id=contact_id, record=record)

    def update_booking(self, contact_id: str, record: BookingRecord) -> str | None:
        return notes.update_booking(Notes(self.transport), contact_id=contact_id, record=record)

    def set_consent(self, email: str, proof: ConsentProof) -> ConsentChange:
        consents = Consents(self.transport, self._contacts, shuts_on_refusal=self.shuts_on_refusal)
        return consents.follow(email, proof)

    @property
    def _contacts(self) -> Contacts:
        return Contacts(self.transport, self.names)
