"""Businesses: what a clinic calls its locations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from booking_app.pms.client.filters import Filter, FlagField, IdsField
from booking_app.pms.client.records import JsonObject

from .base import Resource


class BusinessFields:
    """What a list of businesses can be filtered by, besides the fields of every list."""

    appointment_type_ids = IdsField("appointment_type_ids")
    show_in_online_bookings = FlagField("show_in_online_bookings")


@dataclass(frozen=True, kw_only=True)
class Business:
    """A location. Its zone is given twice, as a label (``Melbourne``) and as an IANA name; either may be empty."""

    id: str
    business_name: str
    display_name: str
    label: str
    address_1: str
    address_2: str
    city: str
    state: str
    post_code: str
    country: str
    country_code: str
    contact_information: str
    website_address: str
    additional_information: str
    time_zone: str
    time_zone_identifier: str
    show_in_online_bookings: bool
    appointment_type_ids: tuple[str, ...]
    archived_at: datetime | None

    @property
    def name(self) -> str:
        """The name to show: the display name where there is one."""
        return self.display_name or self.label or self.business_name

    @classmethod
    def from_json(cls, found: JsonObject) -> Business:
        return cls(
            id=found.id(),
            business_name=found.optional_text("business_name"),
            display_name=found.optional_text("display_name"),
            label=found.optional_text("label"),
            address_1=found.optional_text("address_1"),
            address_2=found.optional_text("address_2"),
            city=found.optional_text("city"),
            state=found.optional_text("state"),
            post_code=found.optional_text("post_code"),
            country=found.optional_text("country"),
            country_code=found.optional_text("country_code"),
            contact_information=found.optional_text("contact_information"),
            website_address=found.optional_text("website_address"),
            additional_information=found.optional_text("additional_information"),
            time_zone=found.optional_text("time_zone"),
            time_zone_identifier=found.optional_text("time_zone_identifier"),
            show_in_online_bookings=found.is_true("show_in_online_bookings"),
            appointment_type_ids=found.ids("appointment_type_ids"),
            archived_at=found.optional_instant("archived_at"),
        )


class BusinessesResource(Resource):
    """Businesses."""

    def list(self, *, where: Iterable[Filter] = ()) -> tuple[Business, ...]:
        """All businesses that are not archived."""
        return self._many("/businesses", "businesses", Business.from_json, where=where)

    def get(self, business_id: str) -> Business:
        """One business; raises ClinikoNotFound."""
        return self._one("/businesses/{id}", Business.from_json, ids={"id": business_id})
