"""What times are looked for: a service at a location with one practitioner or any, from a day on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from booking_app.catalogue.records import LocationView, PractitionerView, ServiceView
from booking_app.catalogue.who import is_pool
from booking_app.pages.shared.typed_values import day_in
from booking_app.pages.widget.visits import Visit

ANY = "any"


@dataclass(frozen=True)
class Search:
    """`practitioner_id` None means any of `practitioners`, who are those offering the service at the location.

    `is_location_chosen` is false where the address leaves it open which of several locations is meant.
    """

    service: ServiceView
    locations: tuple[LocationView, ...]
    location: LocationView
    practitioners: tuple[PractitionerView, ...]
    practitioner_id: str | None
    allows_any: bool
    from_day: date | None
    is_location_chosen: bool = True

    def query(self, **changes: str | None) -> dict[str, str | None]:
        """The address parameters of this search, some of them changed."""
        plain = {
            "service": self.service.cliniko_id,
            "location": self.location.cliniko_id if len(self.locations) > 1 else None,
            "practitioner": self.practitioner_id or (ANY if len(self.practitioners) > 1 else None),
            "from": self.from_day.isoformat() if self.from_day else None,
        }
        return {**plain, **changes}


def read_search(visit: Visit, query: Mapping[str, str]) -> Search | None:
    """The search an address names; None when its service is not offered. What else does not fit is left out."""
    query = {**_drafted(visit), **{name: value for name, value in query.items() if value}}
    service_id = query.get("service") or ""
    service = visit.catalogue.service(service_id)
    if service is None or not visit.catalogue.offers_of(service_id):
        return None
    named = query.get("practitioner") or ""
    locations = _locations(visit, service_id)
    location = _location(visit, service_id, locations, query.get("location") or "", named)
    practitioners = _practitioners(visit, service_id, location.cliniko_id)
    allows_any = visit.clinic.booking_rules().allow_any_practitioner or is_pool(practitioners)
    return Search(
        service=service,
        locations=locations,
        location=location,
        practitioners=practitioners,
        practitioner_id=_practitioner_id(practitioners, named, allows_any=allows_any),
        allows_any=allows_any,
        from_day=day_in(query.get("from") or ""),
        is_location_chosen=location.cliniko_id == query.get("location") or location != locations[0],
    )


def _drafted(visit: Visit) -> dict[str, str]:
    """What the draft has chosen already, for an address that does not say."""
    if visit.draft is None:
        return {}
    choice = visit.draft.choice
    location = visit.catalogue.location(choice.location_id)
    zone = location.time_zone if location else visit.clinic.time_zone
    return {
        "service": choice.service_id,
        "location": choice.location_id,
        "practitioner": ANY if choice.any_practitioner else choice.practitioner_id,
        "from": choice.starts_at.astimezone(ZoneInfo(zone)).date().isoformat(),
    }


def _locations(visit: Visit, service_id: str) -> tuple[LocationView, ...]:
    ids = dict.fromkeys(offer.location_id for offer in visit.catalogue.offers_of(service_id))
    found = (visit.catalogue.location(one) for one in ids)
    return tuple(location for location in found if location is not None)


def _location(
    visit: Visit, service_id: str, locations: tuple[LocationView, ...], wanted: str, practitioner_id: str
) -> LocationView:
    """The one asked for, else the first where the practitioner asked for works, else the first."""
    works_at = [o.location_id for o in visit.catalogue.offers_of(service_id) if o.practitioner_id == practitioner_id]
    for candidate in (wanted, *works_at):
        for location in locations:
            if location.cliniko_id == candidate:
                return location
    return locations[0]


def _practitioners(visit: Visit, service_id: str, location_id: str) -> tuple[PractitionerView, ...]:
    offers = visit.catalogue.offers_of(service_id)
    ids = dict.fromkeys(offer.practitioner_id for offer in offers if offer.location_id == location_id)
    found = (visit.catalogue.practitioner(one) for one in ids)
    return tuple(practitioner for practitioner in found if practitioner is not None)


def _practitioner_id(practitioners: tuple[PractitionerView, ...], named: str, *, allows_any: bool) -> str | None:
    if any(practitioner.cliniko_id == named for practitioner in practitioners):
        return named
    if len(practitioners) > 1 and allows_any:
        return None
    return practitioners[0].cliniko_id
