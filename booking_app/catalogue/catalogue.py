"""The curated catalogue as a value: only what can be booked online, in the clinic's order."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from booking_app.catalogue.records import Category, LocationView, PractitionerView, ServiceView
from booking_app.pms.records import Offer


@dataclass(frozen=True)
class Catalogue:
    """Categories, services, locations and practitioners are in the order to show them in.

    `version` is another one after every reading and every change of the clinic's.
    """

    taken_at: datetime
    account_key: str
    account_time_zone: str
    currency_symbol: str
    horizon_days: int | None
    categories: tuple[Category, ...]
    services: Mapping[str, ServiceView] = field(repr=False)
    locations: Mapping[str, LocationView] = field(repr=False)
    practitioners: Mapping[str, PractitionerView] = field(repr=False)
    offers: Mapping[str, tuple[Offer, ...]] = field(repr=False)
    version: str = ""

    def services_in(self, category_key: str) -> tuple[ServiceView, ...]:
        """The services of a category; none for a key that is not there."""
        return tuple(service for service in self.services.values() if service.category_key == category_key)

    def service(self, service_id: str) -> ServiceView | None:
        return self.services.get(service_id)

    def location(self, location_id: str) -> LocationView | None:
        return self.locations.get(location_id)

    def practitioner(self, practitioner_id: str) -> PractitionerView | None:
        return self.practitioners.get(practitioner_id)

    def offers_of(self, service_id: str) -> tuple[Offer, ...]:
        """Who offers the service where, by location and then practitioner in the clinic's order."""
        return self.offers.get(service_id, ())
