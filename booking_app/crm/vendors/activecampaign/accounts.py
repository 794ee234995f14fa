"""Whom a token belongs to and whether it may read contacts."""

from booking_app.crm.vendors.activecampaign.contacts import CONTACTS
from booking_app.crm.vendors.activecampaign.transport import ActiveCampaignApi
from booking_app.crm.vendors.records import Account

ME = "/users/me"


def read_account(api: ActiveCampaignApi, *, name: str) -> Account:
    """The account of this name; raises AUTH when the token is refused or its user may not read contacts.

    A token belongs to a user whose name is nobody's business here; ActiveCampaign does not tell where it keeps data.
    """
    api.read_in("user", ME)
    api.first(CONTACTS, "contacts")
    return Account(name, None, None)
