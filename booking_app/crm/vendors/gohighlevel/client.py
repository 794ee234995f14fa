"""One GoHighLevel connection, as the sync knows it."""

from dataclasses import dataclass

from booking_app.core.outbound_http.errors import VendorMisconfigured
from booking_app.crm.vendors.contract import Vendor
from booking_app.crm.vendors.gohighlevel.accounts import read_account
from booking_app.crm.vendors.gohighlevel.consents import Consents
from booking_app.crm.vendors.gohighlevel.contacts import Contacts
from booking_app.crm.vendors.gohighlevel.fields import Schema
from booking_app.crm.vendors.gohighlevel.notes import Notes
from booking_app.crm.vendors.gohighlevel.transport import GoHighLevelApi
from booking_app.crm.vendors.records import Account


@dataclass(frozen=True, kw_only=True)
class GoHighLevel(Vendor):
    """`shuts_on_refusal` sets "do not disturb" for e-mail where the marketing box was left empty.

    Off unless the clinic wants it, because GoHighLevel then sends that person no mail of any kind.
    """

    api: GoHighLevelApi
    shuts_on_refusal: bool = False

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
    def consents(self) -> Consents:
        return Consents(self.api, self.contacts, shuts_on_refusal=self.shuts_on_refusal)

    def whoami(self) -> Account:
        return read_account(self.api)

    def add_to_list(self, contact_id: str, list_id: str) -> None:
        """GoHighLevel has no lists of contacts, and a workflow would run again at each repeat. Always raises CONFIG."""
        raise VendorMisconfigured("gohighlevel_no_lists")
