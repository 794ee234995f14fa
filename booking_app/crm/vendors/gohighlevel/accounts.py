"""Whom a token belongs to and whether it may do what every booking needs."""

from booking_app.core.outbound_http.errors import VendorRefused
from booking_app.core.outbound_http.json_api import JsonObject
from booking_app.crm.vendors.gohighlevel.contacts import SEARCH
from booking_app.crm.vendors.gohighlevel.fields import Definitions
from booking_app.crm.vendors.gohighlevel.transport import GoHighLevelApi
from booking_app.crm.vendors.records import Account

LOCATION = "/locations/{location_id}"
NOBODY = "nobody@example.invalid"


def read_account(api: GoHighLevelApi) -> Account:
    """The sub-account; raises AUTH unless the token may read its contacts and custom fields.

    The right to read the sub-account itself is no need: without it the time zone stays unknown. GoHighLevel does not
    tell where it keeps data.
    """
    api.read(SEARCH, query={"locationId": api.location_id, "email": NOBODY})
    Definitions.read(api)
    time_zone = _location(api).get("timezone")
    return Account(api.location_id, time_zone if isinstance(time_zone, str) and time_zone else None, None)


def _location(api: GoHighLevelApi) -> JsonObject:
    try:
        location = api.read(LOCATION).get("location")
    except VendorRefused:
        return {}
    return location if isinstance(location, dict) else {}
