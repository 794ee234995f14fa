"""One HubSpot connection, as the sync knows it."""

from dataclasses import dataclass

from booking_app.crm.vendors.contract import Vendor
from booking_app.crm.vendors.hubspot.accounts import read_account
from booking_app.crm.vendors.hubspot.consents import Consents
from booking_app.crm.vendors.hubspot.contacts import Contacts
from booking_app.crm.vendors.hubspot.lists import add_to_list
from booking_app.crm.vendors.hubspot.meetings import Meetings, SchemaWithMeetings
from booking_app.crm.vendors.hubspot.properties import Schema
from booking_app.crm.vendors.hubspot.transport import HubSpotApi
from booking_app.crm.vendors.records import Account


@dataclass(frozen=True, kw_only=True)
class HubSpot(Vendor):
    """`tags` are the choices that our own tags property is made with, because HubSpot has no tags of contacts.

    `subscription_id` is the account's marketing subscription type; without one, consents stay in our properties.
    """

    api: HubSpotApi
    tags: tuple[str, ...] = ()
    subscription_id: int | None = None

    @property
    def contacts(self) -> Contacts:
        return Contacts(self.api, self.names)

    @property
    def schema(self) -> SchemaWithMeetings:
        return SchemaWithMeetings(Schema(self.api, self.names, self.tags), self.bookings)

    @property
    def bookings(self) -> Meetings:
        return Meetings(self.api)

    @property
    def consents(self) -> Consents:
        return Consents(self.api, self.subscription_id)

    def whoami(self) -> Account:
        return read_account(self.api)

    def add_to_list(self, contact_id: str, list_id: str) -> None:
        add_to_list(self.api, contact_id=contact_id, list_id=list_id)
