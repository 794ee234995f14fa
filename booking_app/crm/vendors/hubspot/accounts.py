"""Whom a token belongs to and whether it may read contacts."""

from booking_app.crm.vendors.hubspot.contacts import CONTACTS
from booking_app.crm.vendors.hubspot.transport import HubSpotApi
from booking_app.crm.vendors.records import Account

DETAILS = "/account-info/{version}/details"


def read_account(api: HubSpotApi) -> Account:
    """The account behind the token; raises AUTH when the token is refused or lacks the right to read contacts."""
    details = api.read(DETAILS)
    api.read(CONTACTS, query={"limit": "1"})
    return Account(
        account_id=str(details.get("portalId", "")),
        time_zone=_text(details.get("timeZone")),
        data_location=_text(details.get("dataHostingLocation")),
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
