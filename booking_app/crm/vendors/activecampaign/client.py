"""One ActiveCampaign connection, as the sync knows it."""

from dataclasses import dataclass

from booking_app.crm.vendors.activecampaign.accounts import read_account
from booking_app.crm.vendors.activecampaign.contacts import Contacts
from booking_app.crm.vendors.activecampaign.fields import Schema
from booking_app.crm.vendors.activecampaign.notes import Notes
from booking_app.crm.vendors.activecampaign.subscriptions import Subscriptions, check_list
from booking_app.crm.vendors.activecampaign.transport import ActiveCampaignApi
from booking_app.crm.vendors.contract import Vendor
from booking_app.crm.vendors.records import Account


@dataclass(frozen=True, kw_only=True)
class ActiveCampaign(Vendor):
    """`list_id` is the list that a fresh consent subscribes to; without one, consents stay in our fields."""

    api: ActiveCampaignApi
    account: str
    list_id: str | None = None

    @property
    def contacts(self) -> Contacts:
        return Contacts(self.api, self.names)

    @property
    def schema(self) -> Schema:
        return Schema(self.api, self.names)

    @property
    def bookings(self) -> Notes:
        return Notes(self.api)

    @property
    def consents(self) -> Subscriptions:
        return Subscriptions(self.api, self.contacts, self.list_id)

    def whoami(self) -> Account:
        return read_account(self.api, name=self.account)

    def add_to_list(self, contact_id: str, list_id: str) -> None:
        """Only looks whether the list is there: being on it is a subscription, which a fresh consent alone gives."""
        check_list(self.api, list_id)
