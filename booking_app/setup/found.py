"""What was found in Cliniko, item by item: bookable or not, and which setting would change that. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from booking_app.catalogue.curating import shown_offers
from booking_app.catalogue.curation import Curation
from booking_app.catalogue.obstacles import obstacles_in
from booking_app.pms.records import PracticeCatalogue

State = Literal["bookable", "hidden", "blocked"]


@dataclass(frozen=True)
class Item:
    """A location, practitioner or service. `fix` says what to change where it is blocked; `hidden` was chosen here."""

    cliniko_id: str
    name: str
    state: State
    fix: str = ""


@dataclass(frozen=True)
class Found:
    """Everything in Cliniko that could be booked; `account` are what concerns all of it."""

    account: tuple[str, ...]
    locations: tuple[Item, ...]
    practitioners: tuple[Item, ...]
    services: tuple[Item, ...]

    @property
    def has_bookable_service(self) -> bool:
        return any(item.state == "bookable" for item in self.services)


class Named(Protocol):
    @property
    def cliniko_id(self) -> str: ...
    @property
    def name(self) -> str: ...


def found_in(catalogue: PracticeCatalogue, curation: Curation) -> Found:
    """In Cliniko's order; what can be booked is what a patient would be offered now."""
    sentences: dict[tuple[str, str | None], str] = {}
    for obstacle in obstacles_in(catalogue, curation):
        sentences[(obstacle.kind, obstacle.cliniko_id)] = obstacle.sentence
    offers = shown_offers(catalogue, curation)

    def items(kind: str, records: Iterable[Named], used: set[str], hidden: set[str]) -> tuple[Item, ...]:
        return tuple(_item(kind, each, used, hidden, sentences) for each in records)

    return Found(
        account=tuple(said for (kind, _), said in sentences.items() if kind == "account"),
        locations=items(
            "location", catalogue.locations, {each.location_id for each in offers}, _hidden(curation.locations)
        ),
        practitioners=items(
            "practitioner",
            catalogue.practitioners,
            {each.practitioner_id for each in offers},
            _hidden(curation.practitioners),
        ),
        services=items("service", catalogue.services, {each.service_id for each in offers}, _hidden(curation.services)),
    )


class _Hideable(Protocol):
    @property
    def cliniko_id(self) -> str: ...
    @property
    def hidden(self) -> bool: ...


def _hidden(entries: Iterable[_Hideable]) -> set[str]:
    return {each.cliniko_id for each in entries if each.hidden}


def _item(
    kind: str, record: Named, used: set[str], hidden: set[str], sentences: Mapping[tuple[str, str | None], str]
) -> Item:
    if record.cliniko_id in hidden:
        return Item(record.cliniko_id, record.name, "hidden")
    if record.cliniko_id in used:
        return Item(record.cliniko_id, record.name, "bookable")
    said = sentences.get((kind, record.cliniko_id), UNUSED[kind])
    return Item(record.cliniko_id, record.name, "blocked", said)


UNUSED = {
    "location": "No service that can be booked is given here. In Cliniko, open a service under Settings, Appointment "
    "types, and tick this location.",
    "practitioner": "They give no service that can be booked. In Cliniko, open a service under Settings, Appointment "
    "types, and tick this practitioner.",
    "service": "Switch online bookings on first.",
}
