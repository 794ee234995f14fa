"""The practice system's catalogue as JSON and back."""

from collections.abc import Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from booking_app.pms.records import Location, Offer, PracticeCatalogue, Practitioner, Service


def to_json(found: PracticeCatalogue) -> dict[str, Any]:
    body = asdict(found)
    for service in body["services"]:
        service["price"] = _text(service["price"])
        service["deposit"] = _text(service["deposit"])
    return body


def from_json(body: Mapping[str, Any]) -> PracticeCatalogue:
    plain = {name: value for name, value in body.items() if name not in _LISTS}
    plain["practitioner_order"] = tuple(body["practitioner_order"])
    return PracticeCatalogue(
        **plain,
        locations=tuple(Location(**each) for each in body["locations"]),
        practitioners=tuple(Practitioner(**each) for each in body["practitioners"]),
        services=tuple(_service(each) for each in body["services"]),
        offers=tuple(Offer(**each) for each in body["offers"]),
    )


_LISTS = ("locations", "practitioners", "services", "offers")


def _service(raw: Mapping[str, Any]) -> Service:
    return Service(**{**raw, "price": _amount(raw["price"]), "deposit": _amount(raw["deposit"])})


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)


def _amount(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
