"""ActiveCampaign: one contact per adult, found by e-mail. Built to the documents of API version 3."""

from booking_app.crm.vendors.activecampaign.client import ActiveCampaign
from booking_app.crm.vendors.activecampaign.fields import DEFAULT_NAMES
from booking_app.crm.vendors.activecampaign.pace import Paces

__all__ = ["DEFAULT_NAMES", "ActiveCampaign", "Paces"]
