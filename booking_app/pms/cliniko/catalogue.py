"""Reading what can be booked: one pass over the account's settings, people, places and appointment types."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from booking_app.pms.client import (
    AppointmentType,
    Business,
    ClinikoBadRequest,
    ClinikoClient,
    ClinikoNotFound,
    Filter,
    PublicSettings,
)
from booking_app.pms.client import Practitioner as ClinikoPractitioner
from booking_app.pms.cliniko.prices import if_there, read_prices
from booking_app.pms.cliniko.realm import account_key
from booking_app.pms.cliniko.zones import zone_of
from booking_app.pms.records import Location, Offer, PracticeCatalogue, Practitioner, Service

UNKNOWN_ZONE = "Etc/UTC"


@dataclass(frozen=True)
class _Account:
    settings: PublicSettings
    businesses: tuple[Business, ...]
    practitioners: tuple[ClinikoPractitioner, ...]
    types: tuple[AppointmentType, ...]


def read_catalogue(client: ClinikoClient, realm: str) -> PracticeCatalogue:
    """Everything that could be booked. Eight requests for an account of ordinary size, seven for an older one."""
    account = _Account(
        settings=client.settings.get(),
        businesses=client.businesses.list(),
        practitioners=client.practitioners.list(),
        types=client.appointment_types.list(),
    )
    offers = read_offers(client, account)
    prices = read_prices(client, account.types) if account.types else {}
    zone = account_zone(client, account.settings, account.businesses)
    settings, rules = account.settings, account.settings.online_bookings
    return PracticeCatalogue(
        account_key=account_key(realm, settings.account_id),
        account_name=settings.account_name,
        account_time_zone=zone,
        currency_symbol=settings.currency_symbol,
        is_online_booking_enabled=rules.is_enabled,
        lead_hours=rules.min_hours_advance or 0,
        horizon_days=rules.days_in_advance,
        practitioner_order=rules.practitioner_order,
        locations=tuple(_location(one, zone) for one in account.businesses),
        practitioners=tuple(_practitioner(one) for one in account.practitioners),
        services=tuple(_service(one, prices.get(one.id)) for one in account.types),
        offers=offers,
    )


def account_zone(client: ClinikoClient, settings: PublicSettings, businesses: Iterable[Business]) -> str | None:
    """The zone whose days Cliniko counts, or None when the account does not tell.

    The settings name it in some accounts only. Where locations have no zones of their own they show the account's;
    where they have, one zone shared by all of them and by the owner of the key is taken for it.
    """
    told = zone_of(settings.time_zone)
    if told:
        return told
    zones = {zone_of(one.time_zone_identifier, one.time_zone) for one in businesses}
    if len(zones) != 1:
        return None
    shared = zones.pop()
    if shared is None or not settings.time_zone_support:
        return shared
    user = client.user.get()
    return shared if zone_of(user.time_zone_identifier, user.time_zone) == shared else None


def read_offers(client: ClinikoClient, account: _Account) -> tuple[Offer, ...]:
    """Who offers what where, without rows that lead to a record that is not listed."""
    rows = [
        Offer(service_id=one.appointment_type_id, location_id=one.business_id, practitioner_id=practitioner_id)
        for one in if_there(client.services.list) or ()
        if one.appointment_type_id and one.business_id
        for practitioner_id in one.practitioner_ids
    ]
    types = {one.id for one in account.types}
    places = {one.id for one in account.businesses}
    people = {one.id for one in account.practitioners}
    known = (
        one
        for one in rows or _offers_by_type(client, account)
        if one.service_id in types and one.location_id in places and one.practitioner_id in people
    )
    return tuple(dict.fromkeys(known))


def _offers_by_type(client: ClinikoClient, account: _Account) -> Iterator[Offer]:
    """The offers of an account whose join is empty: the practitioners of each type, wherever the type is offered.

    That may be a place too many for a practitioner; no times are shown there then.
    """
    for one in account.types:
        if not one.show_in_online_bookings:
            continue
        for practitioner_id in _practitioners_of(client, one.id):
            for business in account.businesses:
                if one.id in business.appointment_type_ids:
                    yield Offer(service_id=one.id, location_id=business.id, practitioner_id=practitioner_id)


def _practitioners_of(client: ClinikoClient, type_id: str) -> tuple[str, ...]:
    try:
        found = client.practitioners.list(where=[Filter("appointment_type_id", f"={type_id}")])
    except (ClinikoBadRequest, ClinikoNotFound):  # an account that does not know this filter
        return ()
    return tuple(one.id for one in found)


def _location(found: Business, zone_of_account: str | None) -> Location:
    zone = zone_of(found.time_zone_identifier, found.time_zone) or zone_of_account
    return Location(
        cliniko_id=found.id,
        name=found.name,
        time_zone=zone or UNKNOWN_ZONE,
        address=_address(found),
        # Times at a place whose zone nobody knows would be shown wrong, so they are not shown.
        is_bookable=found.show_in_online_bookings and found.archived_at is None and zone is not None,
    )


def _address(found: Business) -> str:
    town = " ".join(part for part in (found.city, found.state, found.post_code) if part)
    return ", ".join(part for part in (found.address_1, found.address_2, town) if part)


def _practitioner(found: ClinikoPractitioner) -> Practitioner:
    return Practitioner(
        cliniko_id=found.id,
        name=found.name,
        description=found.description,
        is_bookable=found.is_active and found.show_in_online_bookings,
        profession=found.designation,
    )


def _service(found: AppointmentType, price: Decimal | None) -> Service:
    return Service(
        cliniko_id=found.id,
        name=found.name,
        category=found.category,
        description=found.description,
        minutes=found.duration_in_minutes,
        price=price,
        deposit=found.deposit_price,
        places=found.max_attendees,
        is_telehealth=found.telehealth_enabled,
        lead_hours=found.online_bookings_lead_time_hours,
        sends_confirmation=bool(found.confirmation_template_ids),
        is_bookable=found.show_in_online_bookings and found.archived_at is None and found.duration_in_minutes > 0,
    )
