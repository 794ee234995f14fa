"""What each vendor calls the fields of a contact, before a clinic maps them otherwise."""

from collections.abc import Mapping

from booking_app.vendors.hubspot.properties import DEFAULT_NAMES as HUBSPOT
from booking_app.vendors.mailchimp.merge_fields import DEFAULT_NAMES as MAILCHIMP
from booking_app.vendors.records import Names

NAMES: Mapping[str, Names] = {
    "hubspot": HUBSPOT,
    "mailchimp": MAILCHIMP,
}


def default_names(vendor: str) -> Names:
    """Raises KeyError for a vendor that has no connector."""
    return NAMES[vendor]
