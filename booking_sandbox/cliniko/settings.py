"""``/settings/public`` for everybody, ``/settings`` for administrators."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from werkzeug.wrappers import Response

from booking_sandbox.cliniko.answers import Forbidden, as_json
from booking_sandbox.cliniko.context import ClinikoCall
from booking_sandbox.cliniko.zones import label_of

PRIVATE: dict[str, dict[str, Any]] = {
    "account": {
        "email_from": "reception@example.com",
        "first_name": "Account",
        "last_name": "Owner",
        "compliance": {"has_hipaa_compliance_conflicts": False, "hipaa_compliance-conflict_messages": []},
    },
    "online_bookings": {
        "adroll": {"advertiser_id": None, "pixel_id": None},
        "google_analytics": {"tracking_id": None},
        "google_tag_manager": {"container_id": None},
    },
    "integrations": {"medipass": {"enabled": False}},
    "patient_privacy": {
        "anonymise_appointments_on_deletion": False,
        "anonymise_booking_notifications": True,
        "anonymise_invoices_and_payments_on_deletion": False,
        "baa_requested": False,
    },
}


def public(call: ClinikoCall) -> Response:
    """The settings any key may read."""
    return as_json(_shared(call))


def _shared(call: ClinikoCall) -> dict[str, Any]:
    """A copy of the account's settings; older documents show the account's zone in it, newer ones do not."""
    settings: dict[str, Any] = deepcopy(call.account.settings)
    if call.knobs.account_time_zone_in_settings:
        settings["account"]["time_zone"] = label_of(str(call.account.zone))
    return settings


def private(call: ClinikoCall) -> Response:
    """All settings; only an administrator's key."""
    user = call.table("users").get(call.user_id)
    if user is None or user["role"] != "administrator":
        raise Forbidden
    settings = _shared(call)
    for group, values in PRIVATE.items():
        settings[group] = {**settings.get(group, {}), **deepcopy(values)}
    return as_json(settings)


ROUTES = [("GET", "/settings/public", public), ("GET", "/settings", private)]
