"""Everything Cliniko has, in the order and by the names of the booking page; also what is not shown, and why. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from booking_app.catalogue.curating import (
    category_key,
    category_name,
    in_location_order,
    in_practitioner_order,
    service_place,
)
from booking_app.catalogue.curation import Curation, Entry, PractitionerCuration, ServiceCuration
from booking_app.catalogue.obstacles import obstacles_in
from booking_app.pms.records import Location, PracticeCatalogue, Practitioner, Service


@dataclass(frozen=True)
class Item:
    """A practitioner or location. `name` is the clinic's, `found_name` Cliniko's; `obstacle` is why it is not shown."""

    cliniko_id: str
    name: str
    found_name: str
    found_text: str
    is_hidden: bool
    obstacle: str | None
    picture: str | None = None
    is_equipment: bool = False


@dataclass(frozen=True)
class ServiceItem(Item):
    found_category: str = ""
    minutes: int = 0
    price: Decimal | None = None
    deposit: Decimal | None = None


@dataclass(frozen=True)
class OfferedCategory:
    """A category with its services."""

    key: str
    name: str
    services: tuple[ServiceItem, ...]


@dataclass(frozen=True)
class Offering:
    """`taken_at` is when Cliniko was read. `account` are obstacles of the account as a whole."""

    taken_at: datetime
    currency_symbol: str
    account: tuple[str, ...]
    categories: tuple[OfferedCategory, ...]
    practitioners: tuple[Item, ...]
    locations: tuple[Item, ...]

    def service(self, cliniko_id: str) -> ServiceItem | None:
        services = (each for category in self.categories for each in category.services)
        return next((each for each in services if each.cliniko_id == cliniko_id), None)

    def practitioner(self, cliniko_id: str) -> Item | None:
        return next((each for each in self.practitioners if each.cliniko_id == cliniko_id), None)

    def location(self, cliniko_id: str) -> Item | None:
        return next((each for each in self.locations if each.cliniko_id == cliniko_id), None)

    def service_names(self) -> dict[str, str]:
        """The name of every service by its id, in order."""
        return {each.cliniko_id: each.name for category in self.categories for each in category.services}


def offering_of(found: PracticeCatalogue, curation: Curation, taken_at: datetime) -> Offering:
    """What the screens show; groups, which are never booked here, are left out."""
    obstacles = obstacles_in(found, curation)

    def why(kind: str, cliniko_id: str) -> str | None:
        return next((each.sentence for each in obstacles if (each.kind, each.cliniko_id) == (kind, cliniko_id)), None)

    return Offering(
        taken_at=taken_at,
        currency_symbol=found.currency_symbol,
        account=tuple(each.sentence for each in obstacles if each.kind == "account"),
        categories=_categories(found.services, curation, found.account_key, why),
        practitioners=_practitioners(found, curation, why),
        locations=_locations(found, curation, why),
    )


Why = Callable[[str, str], str | None]


def _categories(
    services: Sequence[Service], curation: Curation, account_key: str, why: Why
) -> tuple[OfferedCategory, ...]:
    """By the place of their first service, then by name, as on the booking page."""
    said = {each.cliniko_id: each for each in curation.services}
    names: dict[str, str] = {}
    places: dict[str, int] = {}
    by_category: dict[str, list[ServiceItem]] = {}
    for service in sorted(services, key=lambda each: service_place(each, said)):
        name = category_name(service, said.get(service.cliniko_id))
        key = category_key(account_key, name)
        names.setdefault(key, name)
        places.setdefault(key, service_place(service, said)[0])
        by_category.setdefault(key, []).append(_service(service, said.get(service.cliniko_id), why))
    keys = sorted(by_category, key=lambda key: (places[key], names[key].casefold()))
    return tuple(OfferedCategory(key, names[key], tuple(by_category[key])) for key in keys)


def _service(service: Service, entry: ServiceCuration | None, why: Why) -> ServiceItem:
    return ServiceItem(
        **_said("service", service, entry, why),
        found_text=service.description,
        picture=entry.image if entry else None,
        found_category=service.category,
        minutes=service.minutes,
        price=service.price,
        deposit=service.deposit,
    )


def _practitioners(found: PracticeCatalogue, curation: Curation, why: Why) -> tuple[Item, ...]:
    said = {each.cliniko_id: each for each in curation.practitioners}
    people = in_practitioner_order(found.practitioners, found, curation)
    return tuple(_person(each, said.get(each.cliniko_id), why) for each in people)


def _person(person: Practitioner, entry: PractitionerCuration | None, why: Why) -> Item:
    return Item(
        **_said("practitioner", person, entry, why),
        found_text=person.description,
        picture=entry.photo if entry else None,
        is_equipment=bool(entry and entry.equipment),
    )


def _locations(found: PracticeCatalogue, curation: Curation, why: Why) -> tuple[Item, ...]:
    said = {each.cliniko_id: each for each in curation.locations}
    return tuple(
        Item(**_said("location", each, said.get(each.cliniko_id), why), found_text=each.address)
        for each in in_location_order(found.locations, curation)
    )


def _said(kind: str, found: Service | Practitioner | Location, entry: Entry | None, why: Why) -> dict[str, Any]:
    """What every item says: the clinic's name for it, Cliniko's, and whether it is shown."""
    return {
        "cliniko_id": found.cliniko_id,
        "name": (entry.name if entry else None) or found.name,
        "found_name": found.name,
        "is_hidden": bool(entry and entry.hidden),
        "obstacle": why(kind, found.cliniko_id),
    }
