"""Daily availabilities: opening hours per weekday, in the wall time of the business."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from booking_sandbox.cliniko.businesses import BUSINESSES
from booking_sandbox.cliniko.context import ClinikoCall
from booking_sandbox.cliniko.filters import Kind
from booking_sandbox.cliniko.noun import Noun, listing, routes_of, visible
from booking_sandbox.cliniko.practitioners import PRACTITIONERS
from booking_sandbox.cliniko.zones import label_of
from booking_sandbox.table import Record


def present(call: ClinikoCall, row: Record) -> dict[str, Any]:
    """One weekday of one practitioner at one business."""
    business = call.table("businesses").get(row["business_id"])
    zone = business["time_zone_identifier"] if business else str(call.account.zone)
    return {
        "id": row["id"],
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
        "availabilities": row["availabilities"],
        "day_of_week": call.knobs.sunday if row["day_of_week"] % 7 == 0 else row["day_of_week"],
        "business": call.link("businesses", row["business_id"]),
        "practitioner": call.link("practitioners", row["practitioner_id"]),
        "time_zone": label_of(zone),
        "time_zone_identifier": zone,
        "links": {"self": call.url("daily_availabilities", row["id"])},
    }


DAILY_AVAILABILITIES = Noun(
    "daily_availabilities", present, {"business_id": Kind.NUMBER, "practitioner_id": Kind.NUMBER}, hides=()
)


def _of(call: ClinikoCall, owner: Noun, column: str) -> Response:
    owner_id = visible(call, owner, call.args["id"])["id"]
    rows = [row for row in call.table("daily_availabilities") if row[column] == owner_id]
    return listing(call, DAILY_AVAILABILITIES, rows)


ROUTES = [
    *routes_of(DAILY_AVAILABILITIES, archivable=False),
    ("GET", "/businesses/<id>/daily_availabilities", lambda call: _of(call, BUSINESSES, "business_id")),
    ("GET", "/practitioners/<id>/daily_availabilities", lambda call: _of(call, PRACTITIONERS, "practitioner_id")),
]
