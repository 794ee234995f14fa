"""What each vendor calls the fields of a contact, before a clinic maps them otherwise."""

from collections.abc import Mapping

from booking_app.crm.vendors.activecampaign.fields import DEFAULT_NAMES as ACTIVECAMPAIGN
from booking_app.crm.vendors.gohighlevel.fields import DEFAULT_NAMES as GOHIGHLEVEL
from booking_app.crm.vendors.hubspot.properties import DEFAULT_NAMES as HUBSPOT
from booking_app.crm.vendors.mailchimp.merge_fields import DEFAULT_NAMES as MAILCHIMP
from booking_app.crm.vendors.records import Names
from booking_app.crm.vendors.webhook.client import DEFAULT_NAMES as WEBHOOK

NAMES: Mapping[str, Names] = {
    "hubspot": HUBSPOT,
    "gohighlevel": GOHIGHLEVEL,
    "activecampaign": ACTIVECAMPAIGN,
    "mailchimp": MAILCHIMP,
    "webhook": WEBHOOK,
}


def default_names(vendor: str) -> Names:
    """Raises KeyError for a vendor that has no connector."""
    return NAMES[vendor]
