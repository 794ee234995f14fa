"""HubSpot: one contact per adult, found by e-mail. Built to the documents of API version 2026-09."""

from booking_app.crm.vendors.hubspot.client import HubSpot
from booking_app.crm.vendors.hubspot.properties import DEFAULT_NAMES

__all__ = ["DEFAULT_NAMES", "HubSpot"]
