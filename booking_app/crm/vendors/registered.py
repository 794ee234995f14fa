"""Every CRM that a clinic may connect. A new one is its folder and its name here."""

from collections.abc import Mapping

from booking_app.crm.vendors.activecampaign.spec import ACTIVECAMPAIGN
from booking_app.crm.vendors.config import CrmSyncConfig, read_config
from booking_app.crm.vendors.gohighlevel.spec import GOHIGHLEVEL
from booking_app.crm.vendors.hubspot.spec import HUBSPOT
from booking_app.crm.vendors.mailchimp.spec import MAILCHIMP
from booking_app.crm.vendors.spec import VendorSpec
from booking_app.crm.vendors.webhook.spec import WEBHOOK_SPEC

SPECS: Mapping[str, VendorSpec] = {
    spec.name: spec for spec in (HUBSPOT, GOHIGHLEVEL, ACTIVECAMPAIGN, MAILCHIMP, WEBHOOK_SPEC)
}
VENDORS = tuple(SPECS)
WEBHOOK = WEBHOOK_SPEC.name


def sync_config(vendor: str, raw: Mapping[str, object]) -> CrmSyncConfig:
    """A connection's settings as the clinic file names them. Raises CrmSyncConfigInvalid."""
    return read_config(vendor, SPECS[vendor].names, raw)
