"""Whom a key belongs to, and whether its audience is there."""

from booking_app.crm.vendors.mailchimp.members import Members
from booking_app.crm.vendors.mailchimp.transport import MailchimpApi
from booking_app.crm.vendors.records import Account

ROOT = "/"
WHO = {"fields": "account_id,account_timezone"}
# Mailchimp keeps everybody's data in the United States.
DATA_LOCATION = "us"


def read_account(api: MailchimpApi, members: Members) -> Account:
    """The account behind the key; raises AUTH when the key is refused, CONFIG when the audience is not there."""
    root = api.read(ROOT, query=WHO)
    members.check_audience()
    zone = root.get("account_timezone")
    return Account(
        account_id=str(root.get("account_id", "")),
        time_zone=zone if isinstance(zone, str) and zone else None,
        data_location=DATA_LOCATION,
    )
