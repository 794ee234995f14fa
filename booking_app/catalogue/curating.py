"""From what the practice system holds and what the clinic says to what is offered. Pure."""

import hashlib
from base64 import b32encode
from collections.abc import Iterable, Mapping
from datetime import datetime

from booking_app.catalogue.catalogue import Catalogue
from booking_app.catalogue.curation import Curation, LocationCuration, PractitionerCuration, ServiceCuration
from booking_app.catalogue.records import Category, LocationView, PractitionerView, ServiceDeposit, ServiceView
from booking_app.pms.records import Location, Offer, PracticeCatalogue, Practitioner, Service

NO_CATEGORY = "Appointments"
LAST = 1_000_000  # the place of what the clinic has given no place


def curated(found: PracticeCatalogue, curation: Curation, taken_at: datetime) -> Catalogue:
    """Only what can be booked online: a service shows when somebody bookable offers it somewhere bookable."""
    services = {each.cliniko_id: each for each in found.services if is_offered(each)}
    said = {each.cliniko_id: each for each in curation.services}
    offers = shown_offers(found, curation)
    used = {offer.service_id for offer in offers}
    shown = sorted((services[one] for one in used), key=lambda service: service_place(service, said))
    views = {each.cliniko_id: _service_view(each, said.get(each.cliniko_id), found) for each in shown}
    locations = _locations(found, curation, {offer.location_id for offer in offers})
    practitioners = _practitioners(found, curation, {offer.practitioner_id for offer in offers})
    return Catalogue(
        taken_at=taken_at,
        account_key=found.account_key,
        account_time_zone=account_zone(found, curation),
        currency_symbol=found.currency_symbol,
        horizon_days=found.horizon_days,
        categories=_categories(views, said, services, found.account_key),
        services=views,
        locations=locations,
        practitioners=practitioners,
        offers=_by_service(offers, list(locations), list(practitioners)),
    )


def shown_offers(found: PracticeCatalogue, curation: Curation) -> tuple[Offer, ...]:
    """The offers in which service, location and practitioner are all bookable online and none is hidden."""
    if not found.is_online_booking_enabled:
        return ()
    services = {each.cliniko_id for each in found.services if is_offered(each)} - _hidden(curation.services)
    locations = {each.cliniko_id for each in found.locations if each.is_bookable} - _hidden(curation.locations)
    people = {each.cliniko_id for each in found.practitioners if each.is_bookable} - _hidden(curation.practitioners)
    return tuple(
        dict.fromkeys(
            offer
            for offer in found.offers
            if offer.service_id in services and offer.location_id in locations and offer.practitioner_id in people
        )
    )


def is_offered(service: Service) -> bool:
    """Whether patients can book it: a time of somebody's, or a place in a group appointment."""
    return service.is_bookable and service.minutes > 0


def category_key(account_key: str, name: str) -> str:
    """Short, stable and opaque: the same category has the same key after every reading, and no name in it."""
    digest = hashlib.sha256(f"{account_key}\n{name.casefold()}".encode()).digest()
    return b32encode(digest[:10]).decode().lower()


def category_name(service: Service, said: ServiceCuration | None) -> str:
    chosen = (said.category if said else None) or service.category
    return " ".join(chosen.split()) or NO_CATEGORY


def account_zone(found: PracticeCatalogue, curation: Curation) -> str:
    """The zone in which the practice system counts days: as it says, else as the clinic says, else a location's."""
    told = found.account_time_zone or curation.account_time_zone
    return told or next((each.time_zone for each in found.locations if each.is_bookable), "UTC")


def _hidden(entries: tuple[ServiceCuration | PractitionerCuration | LocationCuration, ...]) -> set[str]:
    return {entry.cliniko_id for entry in entries if entry.hidden}


def service_place(service: Service, said: Mapping[str, ServiceCuration]) -> tuple[int, str, str]:
    """Where a service stands: by the clinic's order, then by name."""
    entry = said.get(service.cliniko_id)
    order = LAST if entry is None or entry.order is None else entry.order
    return (order, _name(service.name, entry).casefold(), service.cliniko_id)


def _name(name: str, said: ServiceCuration | PractitionerCuration | LocationCuration | None) -> str:
    return (said.name if said else None) or name


def _service_view(service: Service, said: ServiceCuration | None, found: PracticeCatalogue) -> ServiceView:
    return ServiceView(
        cliniko_id=service.cliniko_id,
        name=_name(service.name, said),
        category_key=category_key(found.account_key, category_name(service, said)),
        description=(said.description if said else None) or service.description,
        minutes=service.minutes,
        price=service.price,
        deposit=service.deposit,
        telehealth=service.is_telehealth,
        lead_hours=found.lead_hours if service.lead_hours is None else service.lead_hours,
        sends_confirmation=service.sends_confirmation,
        image=said.image if said else None,
        practitioner_label=(said.practitioner_label if said else None) or "",
        price_display=(said.price_display if said else None) or "price",
        confirmation_text=(said.confirmation_text if said else None) or "",
        places=max(service.places, 1),
        what_to_bring=(said.what_to_bring if said else None) or "",
        own_deposit=_own_deposit(said),
    )


def _own_deposit(said: ServiceCuration | None) -> ServiceDeposit:
    if said is None:
        return ServiceDeposit()
    return ServiceDeposit(said.payment, said.amount, said.free_cancellation_hours, said.late)


def _categories(
    views: Mapping[str, ServiceView],
    said: Mapping[str, ServiceCuration],
    services: Mapping[str, Service],
    account_key: str,
) -> tuple[Category, ...]:
    """By the place of their first service, then by name; the spelling is that of the first service."""
    names: dict[str, str] = {}
    places: dict[str, int] = {}
    for service_id, view in views.items():
        entry = said.get(service_id)
        names.setdefault(view.category_key, category_name(services[service_id], entry))
        place = LAST if entry is None or entry.order is None else entry.order
        places[view.category_key] = min(place, places.get(view.category_key, LAST))
    keys = sorted(names, key=lambda key: (places[key], names[key].casefold()))
    return tuple(Category(key=key, name=names[key]) for key in keys)


def _locations(found: PracticeCatalogue, curation: Curation, used: set[str]) -> dict[str, LocationView]:
    said = {each.cliniko_id: each for each in curation.locations}
    shown = in_location_order((each for each in found.locations if each.cliniko_id in used), curation)
    return {each.cliniko_id: _location_view(each, said.get(each.cliniko_id)) for each in shown}


def _location_view(location: Location, said: LocationCuration | None) -> LocationView:
    return LocationView(
        cliniko_id=location.cliniko_id,
        name=_name(location.name, said),
        time_zone=location.time_zone,
        address=location.address,
        directions=(said.directions if said else None) or "",
    )


def _practitioners(found: PracticeCatalogue, curation: Curation, used: set[str]) -> dict[str, PractitionerView]:
    said = {each.cliniko_id: each for each in curation.practitioners}
    shown = in_practitioner_order((each for each in found.practitioners if each.cliniko_id in used), found, curation)
    return {each.cliniko_id: _practitioner_view(each, said.get(each.cliniko_id)) for each in shown}


def in_practitioner_order(
    people: Iterable[Practitioner], found: PracticeCatalogue, curation: Curation
) -> list[Practitioner]:
    """By the clinic's order, then by that of the practice system's own settings, then by name."""
    said = {each.cliniko_id: each for each in curation.practitioners}

    def place(each: Practitioner) -> tuple[int, int, str, str]:
        entry = said.get(each.cliniko_id)
        order = LAST if entry is None or entry.order is None else entry.order
        return (order, _index(found.practitioner_order, each.cliniko_id), each.name.casefold(), each.cliniko_id)

    return sorted(people, key=place)


def in_location_order(locations: Iterable[Location], curation: Curation) -> list[Location]:
    """In the order in which the clinic names them, then by name."""
    order = [each.cliniko_id for each in curation.locations]
    return sorted(locations, key=lambda each: (_index(order, each.cliniko_id), each.name.casefold(), each.cliniko_id))


def _practitioner_view(practitioner: Practitioner, said: PractitionerCuration | None) -> PractitionerView:
    return PractitionerView(
        cliniko_id=practitioner.cliniko_id,
        name=_name(practitioner.name, said),
        description=(said.description if said else None) or practitioner.description,
        photo=said.photo if said else None,
        is_equipment=said.equipment if said else False,
        profession=practitioner.profession,
    )


def _by_service(
    offers: tuple[Offer, ...], locations: list[str], practitioners: list[str]
) -> dict[str, tuple[Offer, ...]]:
    by_place = sorted(
        offers, key=lambda offer: (locations.index(offer.location_id), practitioners.index(offer.practitioner_id))
    )
    grouped: dict[str, list[Offer]] = {}
    for offer in by_place:
        grouped.setdefault(offer.service_id, []).append(offer)
    return {service_id: tuple(group) for service_id, group in grouped.items()}


def _index(order: list[str] | tuple[str, ...], cliniko_id: str) -> int:
    return order.index(cliniko_id) if cliniko_id in order else LAST
