"""One Mailchimp connection, as the sync knows it."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from booking_app.core.outbound_http.errors import VendorMisconfigured
from booking_app.crm.vendors.contract import Vendor
from booking_app.crm.vendors.mailchimp.accounts import read_account
from booking_app.crm.vendors.mailchimp.consents import Consents
from booking_app.crm.vendors.mailchimp.members import Members
from booking_app.crm.vendors.mailchimp.merge_fields import Schema
from booking_app.crm.vendors.mailchimp.notes import Notes
from booking_app.crm.vendors.mailchimp.transport import MailchimpApi
from booking_app.crm.vendors.records import Account


@dataclass(frozen=True, kw_only=True)
class Mailchimp(Vendor):
    """A connection writes to one audience. The day of the next booking is that of `zone`.

    With `double_opt_in` Mailchimp asks whoever ticked the box to confirm; without it the tick alone subscribes those
    who never said no.
    """

    api: MailchimpApi
    zone: ZoneInfo
    double_opt_in: bool = True

    @property
    def contacts(self) -> Members:
        return Members(self.api, self.names, self.zone, double_opt_in=self.double_opt_in)

    @property
    def schema(self) -> Schema:
        return Schema(self.api, self.names)

    @property
    def bookings(self) -> Notes:
        return Notes(self.api)

    @property
    def consents(self) -> Consents:
        return Consents(self.contacts)

    def whoami(self) -> Account:
        return read_account(self.api, self.contacts)

    def add_to_list(self, contact_id: str, list_id: str) -> None:
        """A member is on the audience of their connection already; another one is another connection."""
        if list_id != self.api.list_id:
            raise VendorMisconfigured("mailchimp_other_list")
