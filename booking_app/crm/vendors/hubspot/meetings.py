"""Bookings as meetings, which HubSpot shows on the timeline as what they are.

A meeting has no key of its own, and its search index lags: a repeat after a lost answer would make a second one. So we
bring a unique property along, which holds the booking's reference; upserts by it may be repeated.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from booking_app.core.outbound_http.errors import VendorConflict, VendorMisconfigured, VendorMissing
from booking_app.core.outbound_http.json_api import JsonObject, number_id, records_in
from booking_app.crm.vendors.bookings import BookingRecord, State
from booking_app.crm.vendors.degrading import without_refused
from booking_app.crm.vendors.hubspot.properties import GROUP, GROUP_LABEL, Schema
from booking_app.crm.vendors.hubspot.transport import HubSpotApi
from booking_app.crm.vendors.records import PlannedProperty, Upserted, iso_utc

REFERENCE = "booking_reference"
REFERENCE_LABEL = "Booking: reference (of meetings)"
UPSERT = "/crm/objects/{version}/meetings/batch/upsert"
BY_REFERENCE = "/crm/objects/{version}/meetings/{reference}"
LINK = "/crm/objects/{version}/meetings/{meeting_id}/associations/default/contacts/{contact_id}"
PROPERTIES = "/crm/properties/{version}/meetings"
GROUPS = "/crm/properties/{version}/meetings/groups"
Write = Callable[[Mapping[str, str]], str]
OUTCOMES: Mapping[State, str] = {"booked": "SCHEDULED", "cancelled": "CANCELED", "missed": "NO_SHOW"}


class Meetings:
    """The meetings of one account. Methods raise RemoteFailure."""

    def __init__(self, api: HubSpotApi) -> None:
        self._api = api

    def record(self, contact_id: str, record: BookingRecord) -> str:
        """Make or change the booking's meeting and link it to the contact; each half may be repeated."""
        meeting_id = self._written(_values(record), lambda values: self._upsert(record.reference, values))
        self._api.command("PUT", LINK, body=None, meeting_id=meeting_id, contact_id=contact_id)
        return meeting_id

    def update(self, _contact_id: str, record: BookingRecord) -> str | None:
        """Change the booking's meeting; None when there is none."""
        try:
            return self._written(_values(record), lambda values: self._change(record.reference, values))
        except VendorMissing:
            return None

    def plan(self) -> PlannedProperty:
        """The one property that meetings need; only reads."""
        rows = records_in(self._api.read(PROPERTIES), "results")
        found = next((row for row in rows if row.get("name") == REFERENCE), None)
        if found is None:
            return PlannedProperty(f"meetings.{REFERENCE}", REFERENCE_LABEL, "missing")
        is_ours = bool(found.get("hasUniqueValue"))
        return PlannedProperty(f"meetings.{REFERENCE}", REFERENCE_LABEL, "present" if is_ours else "differs")

    def apply(self) -> None:
        """Make the property unless it is there. Repeats are harmless."""
        if self.plan().state != "missing":
            return
        group: JsonObject = {"name": GROUP, "label": GROUP_LABEL}
        own: JsonObject = {
            "name": REFERENCE, "label": REFERENCE_LABEL, "type": "string", "fieldType": "text", "groupName": GROUP,
            "hasUniqueValue": True,
        }  # fmt: skip
        for route, body in ((GROUPS, group), (PROPERTIES, own)):
            try:
                self._api.command("POST", route, body=body)
            except VendorConflict:
                continue  # it is there already

    def _written(self, values: Mapping[str, str], write: Write) -> str:
        try:
            return without_refused(values, lambda left: Upserted(write(left))).remote_id
        except VendorMissing:
            raise
        except VendorMisconfigured:
            if self.plan().state != "present":
                raise VendorMisconfigured("hubspot_no_record_field") from None
            raise

    def _upsert(self, reference: str, values: Mapping[str, str]) -> str:
        entry = {"id": reference, "idProperty": REFERENCE, "properties": {**values, REFERENCE: reference}}
        rows = records_in(self._api.write("POST", UPSERT, body={"inputs": [entry]}), "results")
        return _id_of(rows[0] if rows else {})  # a 2xx of a batch is no success yet: it has to name what it made

    def _change(self, reference: str, values: Mapping[str, str]) -> str:
        query, body = {"idProperty": REFERENCE}, {"properties": dict(values)}
        return _id_of(self._api.write("PATCH", BY_REFERENCE, body=body, query=query, reference=reference))


def _values(record: BookingRecord) -> dict[str, str]:
    starts_at = iso_utc(record.starts_at)
    return {
        "hs_timestamp": starts_at,
        "hs_meeting_title": record.title,
        "hs_meeting_body": record.to_text().replace("\n", "<br>"),
        "hs_meeting_start_time": starts_at,
        "hs_meeting_end_time": iso_utc(record.ends_at),
        "hs_meeting_outcome": OUTCOMES[record.state],
    }


def _id_of(document: JsonObject) -> str:
    return number_id(document, "hubspot_no_id")


@dataclass(frozen=True)
class SchemaWithMeetings:
    """What contacts need and what meetings need, as one plan."""

    contacts: Schema
    meetings: Meetings

    def plan(self) -> tuple[PlannedProperty, ...]:
        return (*self.contacts.plan(), self.meetings.plan())

    def apply(self) -> tuple[PlannedProperty, ...]:
        self.meetings.apply()
        return (*self.contacts.apply(), self.meetings.plan())
