"""A clinic's CRM connection as the CRM sync uses it."""

from collections.abc import Callable
from dataclasses import dataclass

from booking_app.crm.vendors.config import CrmSyncConfig
from booking_app.crm.vendors.contract import Vendor
from booking_app.crm.vendors.webhook.client import Webhook


@dataclass(frozen=True)
class OpenConnection:
    """One CRM of one clinic, ready to be used."""

    vendor: Vendor
    config: CrmSyncConfig


# By connection id; both raise RemoteFailure when the connection is paused, gone or set up wrongly.
OpenConnectionById = Callable[[int], OpenConnection]
OpenWebhookById = Callable[[int], Webhook]
