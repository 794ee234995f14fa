"""Appointment types: what can be booked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from booking_app.pms.client.filters import Filter, FlagField, TextField
from booking_app.pms.client.records import JsonObject

from .base import Resource


class AppointmentTypeFields:
    """What a list of appointment types can be filtered by, besides the fields of every list."""

    category = TextField("category")
    show_in_online_bookings = FlagField("show_in_online_bookings")


@dataclass(frozen=True, kw_only=True)
class AppointmentType:
    """An appointment type; more than one in ``max_attendees`` makes it a group.

    It has no price of its own: that is the sum of its billable items and products. Newer accounts list them under
    ``/appointment_type_billable_items`` and ``/appointment_type_products``; the single references are the older way.
    """

    id: str
    name: str
    category: str
    description: str
    color: str
    duration_in_minutes: int
    max_attendees: int
    show_in_online_bookings: bool
    online_bookings_lead_time_hours: int | None
    telehealth_enabled: bool
    deposit_price: Decimal | None
    online_payments_mode: str
    billable_item_id: str | None
    product_id: str | None
    confirmation_template_ids: tuple[str, ...]
    reminder_template_ids: tuple[str, ...]
    archived_at: datetime | None

    @classmethod
    def from_json(cls, found: JsonObject) -> AppointmentType:
        return cls(
            id=found.id(),
            name=found.text("name"),
            category=found.optional_text("category"),
            description=found.optional_text("description"),
            color=found.optional_text("color"),
            duration_in_minutes=found.integer("duration_in_minutes"),
            max_attendees=found.optional_integer("max_attendees") or 1,
            show_in_online_bookings=found.is_true("show_in_online_bookings"),
            online_bookings_lead_time_hours=found.optional_integer("online_bookings_lead_time_hours"),
            telehealth_enabled=found.is_true("telehealth_enabled"),
            deposit_price=found.optional_decimal("deposit_price"),
            online_payments_mode=found.optional_text("online_payments_mode"),
            billable_item_id=found.reference("billable_item"),
            product_id=found.reference("product"),
            confirmation_template_ids=found.ids("appointment_confirmation_template_ids"),
            reminder_template_ids=found.ids("appointment_reminder_template_ids"),
            archived_at=found.optional_instant("archived_at"),
        )


class AppointmentTypesResource(Resource):
    """Appointment types."""

    def list(self, *, where: Iterable[Filter] = ()) -> tuple[AppointmentType, ...]:
        """All appointment types that are not archived, also those hidden from online bookings."""
        return self._many("/appointment_types", "appointment_types", AppointmentType.from_json, where=where)

    def get(self, appointment_type_id: str) -> AppointmentType:
        """One appointment type; raises ClinikoNotFound."""
        return self._one("/appointment_types/{id}", AppointmentType.from_json, ids={"id": appointment_type_id})
