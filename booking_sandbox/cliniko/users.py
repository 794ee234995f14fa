"""The people who log in."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from booking_sandbox.cliniko.answers import as_json
from booking_sandbox.cliniko.context import ClinikoCall
from booking_sandbox.cliniko.noun import Noun, routes_of
from booking_sandbox.cliniko.zones import label_of
from booking_sandbox.table import Record


def present(call: ClinikoCall, user: Record) -> dict[str, Any]:
    """A user as Cliniko shows it."""
    return {
        "id": user["id"],
        "active": True,
        "user_active": True,
        "created_at": user["created_at"],
        "updated_at": user["updated_at"],
        "email": user["email"],
        "first_name": user["first_name"],
        "last_name": user["last_name"],
        "title": user.get("title", ""),
        "role": user["role"],
        "phone_numbers": user.get("phone_numbers", []),
        "privacy_policy_accepted": 1,
        "new_ui_enabled": True,
        "time_zone": label_of(user["time_zone_identifier"]),
        "time_zone_identifier": user["time_zone_identifier"],
        "links": {"self": call.url("users", user["id"])},
    }


USERS = Noun("users", present, hides=())


def myself(call: ClinikoCall) -> Response:
    """The owner of the key."""
    user = call.table("users").get(call.user_id)
    assert user is not None
    return as_json(present(call, user))


ROUTES = [("GET", "/user", myself), *routes_of(USERS, archivable=False)]
