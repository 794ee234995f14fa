"""One Mailchimp connection, as the CRM sync knows it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from booking_app.crm.vendors import notes
from booking_app.crm.vendors.bookings import BookingRecord
from booking_app.crm.vendors.errors import VendorMisconfigured
from booking_app.crm.vendors.mailchimp.accounts import read_account
from booking_app.crm.vendors.mailchimp.consents import Consents
from booking_app.crm.vendors.mailchimp.members import Members
from booking_app.crm.vendors.mailchimp.merge_fields import DEFAULT_NAMES, Schema
from booking_app.crm.vendors.mailchimp.notes import Notes
from booking_app.crm.vendors.mailchimp.transport import MailchimpTransport
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
class Mailchimp:
    """Implements `Vendor`. `names` says which merge field each field of a contact goes to.

    A connection writes to one audience. The day of the next booking is that of `zone`. With `double_opt_in` Mailchimp
    asks whoever ticked the box to confirm; without it the tick alone subscribes those who never said no.
    """

    transport: MailchimpTransport
    names: Names
    zone: ZoneInfo
    double_opt_in: bool = True

    @classmethod
    def connect(
        cls,
        *,
        token: str,
        list_id: str | None,
        time_zone: str,
        http: HttpClient,
        monotonic: Callable[[], float],
        names: Names = DEFAULT_NAMES,
        double_opt_in: bool = True,
        base_url: str | None = None,
    ) -> "Mailchimp":
        """A connection by an API key; calls nobody. Raises CONFIG for an unusable key.

        Without `base_url` the host follows the key's data centre. Without `list_id` every call but none raises CONFIG.
        """
        transport = MailchimpTransport.connect(
            token=token, http=http, monotonic=monotonic, base_url=base_url, list_id=list_id or ""
        )
        return cls(transport=transport, names=names, zone=ZoneInfo(time_zone), double_opt_in=double_opt_in)

    def within(self, *, deadline: float | None = None, before_write: Callable[[], None] | None = None) -> "Mailchimp":
        return replace(self, transport=self.transport.within(deadline=deadline, before_write=before_write))

    def whoami(self) -> Account:
        return read_account(self.transport, self._members)

    def plan_schema(self) -> tuple[PlannedProperty, ...]:
        return Schema(self.transport, self.names).plan()

    def apply_schema(self) -> tuple[PlannedProperty, ...]:
        return Schema(self.transport, self.names).apply()

    def payload_of(self, contact: Contact) -> dict[str, str]:
        return self._members.payload_of(contact)

    def find_contact(self, email: str) -> FoundContact | None:
        return self._members.find(email)

    def upsert_contact(self, contact: Contact) -> Upserted:
        return self._members.upsert(contact)

    def add_to_list(self, contact_id: str, list_id: str) -> None:
        """A member is on the audience of their connection already; another one is another connection."""
        if list_id != self.transport.list_id:
            raise VendorMisconfigured("mailchimp_other_list")

    def apply_tags(self, contact_id: str, tags: Sequence[str]) -> None:
        self._members.add_tags(contact_id, tags)

    def set_next_booking(self, email: str, *, next_booking_at: datetime | None) -> str | None:
        return self._members.set_next_booking(email, next_booking_at)

    def record_booking(self, contact_id: str, record: BookingRecord) -> str:
        return notes.record_booking(Notes(self.transport), contact_id=contact_id, record=record)

    def update_booking(self, contact_id: str, record: BookingRecord) -> str | None:
        return notes.update_booking(Notes(self.transport), contact_id=contact_id, record=record)

    def set_consent(self, email: str, proof: ConsentProof) -> ConsentChange:
        return Consents(self._members).follow(email, proof)

    @property
    def _members(self) -> Members:
        return Members(self.transport, self.names, self.zone, double_opt_in=self.double_opt_in)
