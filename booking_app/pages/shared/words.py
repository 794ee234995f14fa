"""Days, times, zones, lengths and prices the way pages say them."""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from booking_app.catalogue.records import ServiceView
from booking_app.core.dates import MONTHS, WEEKDAYS, clock_time, counted, full_day, zone_abbreviation

SEPARATORS = " -–—,:|/()·"
POSTCODE = re.compile(r"\s+\d{3,6}$", re.ASCII)


def day_span(first: date, last: date) -> str:
    """`23 to 29 November`, `30 November to 6 December`"""
    start = f"{first.day}" if first.month == last.month else f"{first.day} {MONTHS[first.month - 1]}"
    return f"{start} to {last.day} {MONTHS[last.month - 1]}"


def full_time(at: datetime, time_zone: str) -> str:
    """`Tuesday 24 November 2026, 9:00 am` in the zone."""
    local = at.astimezone(ZoneInfo(time_zone))
    return f"{full_day(local.date())}, {clock_time(local)}"


def iso(at: datetime) -> str:
    """The instant for `<time datetime>`, which allows at most milliseconds; ours are whole minutes."""
    return at.isoformat(timespec="seconds")


def time_of_day(at: datetime, time_zone: str) -> str:
    """`9:00 am` in the zone."""
    return clock_time(at.astimezone(ZoneInfo(time_zone)))


def soon(at: datetime, time_zone: str, *, now: datetime) -> str:
    """`today, 3:30 pm`, `tomorrow, 9:00 am`, `Tue 24 Nov, 9:00 am` in the zone."""
    zone = ZoneInfo(time_zone)
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    days = (local.date() - today).days
    named = f"{WEEKDAYS[local.weekday()][:3]} {local.day} {MONTHS[local.month - 1][:3]}"
    return f"{('today', 'tomorrow')[days] if days in (0, 1) else named}, {clock_time(local)}"


def suburb(address: str) -> str:
    """The town of an address as it is told by a location, without its postcode: `Glenelg SA`."""
    return POSTCODE.sub("", address.rpartition(", ")[2])


def zone_name(time_zone: str, instants: Iterable[datetime]) -> str:
    """`Adelaide time (ACDT)`; where the clocks change between the instants, both abbreviations in their order."""
    zone = ZoneInfo(time_zone)
    city = time_zone.rpartition("/")[2].replace("_", " ")
    short = dict.fromkeys(zone_abbreviation(at.astimezone(zone)) for at in sorted(instants))
    return f"{city} time ({', then '.join(short)})" if short else f"{city} time"


def short_place(name: str, clinic_name: str) -> str:
    """The location's name without the clinic's own, which stands above it: `Harbour Health – Glenelg` is `Glenelg`."""
    folded, own = name.casefold(), clinic_name.casefold().strip()
    if own and folded.startswith(own):
        rest = name[len(own) :].strip(SEPARATORS)
    elif own and folded.endswith(own):
        rest = name[: -len(own)].strip(SEPARATORS)
    else:
        rest = name
    return rest or name


def length(minutes: int) -> str:
    """`45 minutes`, `1 hour`, `1 hour 30 minutes`"""
    hours, rest = divmod(minutes, 60)
    parts = [counted(hours, "hour")] if hours else []
    return " ".join([*parts, counted(rest, "minute")] if rest or not hours else parts)


def price(amount: Decimal | None, symbol: str) -> str | None:
    """`$95`, `$95.50`, `No charge`; None where the clinic shows no price."""
    if amount is None:
        return None
    if amount == 0:
        return "No charge"
    return f"{symbol}{amount:,.0f}" if amount == amount.to_integral_value() else f"{symbol}{amount:,.2f}"


def cost(service: ServiceView, symbol: str) -> str | None:
    """`$95`, `$95 (deposit $30)`, `$30 deposit`; None where nothing is to be shown or Cliniko tells no price."""
    full, deposit = price(service.price, symbol), price(service.deposit, symbol) if service.deposit else None
    match service.price_display:
        case "price":
            return full
        case "price_and_deposit":
            return f"{full} (deposit {deposit})" if full and deposit else full
        case "deposit":
            return f"{deposit} deposit" if deposit else None
        case "none":
            return None


def group_size(service: ServiceView) -> str | None:
    """`group of up to 8`; None for a service that each patient has alone."""
    return f"group of up to {service.places}" if service.is_group else None


def tel(phone: str) -> str:
    """The number as a `tel:` link carries it."""
    return "tel:" + "".join(character for character in phone if character.isdigit() or character == "+")


def age(span: timedelta) -> str:
    """`a minute`, `7 minutes`, `2 hours`: how long ago something was."""
    minutes = max(round(span.total_seconds() / 60), 1)
    if minutes < 60:
        return "a minute" if minutes == 1 else f"{minutes} minutes"
    return counted(round(minutes / 60), "hour")
