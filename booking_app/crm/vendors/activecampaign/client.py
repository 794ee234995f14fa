"""One ActiveCampaign connection, as the CRM sync knows it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from booking_app.crm.vendors import notes
from booking_app.crm.vendors.activecampaign.accounts import read_account
from booking_app.crm.vendors.activecampaign.addresses import account_name, account_url
from booking_app.crm.vendors.activecampaign.contacts import Contacts
from booking_app.crm.vendors.activecampaign.fields import DEFAULT_NAMES, Schema
from booking_app.crm.vendors.activecampaign.notes import Notes
from booking_app.crm.vendors.activecampaign.pace import Paces
from booking_app.crm.vendors.activecampaign.subscriptions import Subscriptions, check_list
from booking_app.crm.vendors.activecampaign.tags import add_tags
from booking_app.crm.vendors.activecampaign.transport import ActiveCampaignTransport
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
from booking_app.crm.vendors.transport import HttpClient


@dataclass(frozen=True, kw_only=True)
class ActiveCampaign:
    """Implements `Vendor`. `names` says which field of a contact each of ours goes to.

    `list_id` is the list that a fresh consent subscribes to; without one, consents stay in our fields.
    """

    transport: ActiveCampaignTransport
    account: str
    names: Names
    list_id: str | None = None

    @classmethod
    def connect(
        cls,
        *,
        token: str,
        account: str,
        http: HttpClient,
        monotonic: Callable[[], float],
        paces: Paces,
        names: Names = DEFAULT_NAMES,
        base_url: str | None = None,
        list_id: str | None = None,
    ) -> "ActiveCampaign":
        """A connection by a user's API key; calls nobody.

        `account` is the API URL of the account, `base_url` replaces it for tests and proxies and is then not checked.
        Raises CONFIG for a token or URL that cannot be used.
        """
        url = base_url or account_url(account)
        transport = ActiveCampaignTransport.connect(
            token=token, base_url=url, http=http, monotonic=monotonic, pace=paces.of(url)
        )
        return cls(transport=transport, account=account_name(account), names=names, list_id=list_id)

    def within(
        self, *, deadline: float | None = None, before_write: Callable[[], None] | None = None
    ) -> "ActiveCampaign":
        return replace(self, transport=self.transport.within(deadline=deadline, before_write=before_write))

    def whoami(self) -> Account:
        return read_account(self.transport, name=self.account)

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
        """Only looks whether the list is there: being on it is a subscription, which `set_consent` alone gives."""
        check_list(self.transport, list_id)

    def apply_tags(self, contact_id: str, tags: Sequence[str]) -> None:
        add_tags(self.transport, contact_id=contact_id, tags=tags)

    def set_next_booking(self, email: str, *, next_booking_at: datetime | None) -> str | None:
        return self._contacts.set_next_booking(email, next_booking_at)

    def record_booking(self, contact_id: str, record: BookingRecord) -> str:
        return notes.record_booking(Notes(self.transport), contact_id=contact_id, record=record)

    def update_booking(self, contact_id: str, record: BookingRecord) -> str | None:
        return notes.update_booking(Notes(self.transport), contact_id=contact_id, record=record)

    def set_consent(self, email: str, proof: ConsentProof) -> ConsentChange:
        return Subscriptions(self.transport, self._contacts, self.list_id).follow(email, proof)

    @property
    def _contacts(self) -> Contacts:
        return Contacts(self.transport, self.names)
