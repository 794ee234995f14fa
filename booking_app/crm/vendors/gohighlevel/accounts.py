"""Whom a token belongs to and whether it may do what every booking needs."""

from booking_app.crm.vendors.errors import VendorRefused
from booking_app.crm.vendors.gohighlevel.contacts import SEARCH
from booking_app.crm.vendors.gohighlevel.fields import Definitions
from booking_app.crm.vendors.gohighlevel.transport import GoHighLevelTransport, JsonObject
from booking_app.crm.vendors.records import Account

LOCATION = "/locations/{location_id}"
NOBODY = "nobody@example.invalid"


def read_account(transport: GoHighLevelTransport) -> Account:
    """The sub-account; raises AUTH unless the token may read its contacts and custom fields.

    The right to read the sub-account itself is no need: without it the time zone stays unknown. GoHighLevel does not
    tell where it keeps data.
    """
    transport.read(SEARCH, query={"locationId": transport.location_id, "email": NOBODY})
    Definitions.read(transport)
    time_zone = _location(transport).get("timezone")
    return Account(transport.location_id, time_zone if isinstance(time_zone, str) and time_zone else None, None)


def _location(transport: GoHighLevelTransport) -> JsonObject:
    try:
        location = transport.read(LOCATION).get("location")
    except VendorRefused:
        return {}
    return location if isinstance(location, dict) else {}
