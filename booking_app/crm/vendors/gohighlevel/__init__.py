"""GoHighLevel: one contact per adult in one sub-account, found by e-mail. Speaks `Version` 2021-07-28 and v3."""

from booking_app.crm.vendors.gohighlevel.client import GoHighLevel
from booking_app.crm.vendors.gohighlevel.fields import DEFAULT_NAMES

__all__ = ["DEFAULT_NAMES", "GoHighLevel"]
