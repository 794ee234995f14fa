"""Days, times and prices as pages say them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from booking_app.catalogue.records import PriceDisplay, ServiceView
from booking_app.pages.shared import words

NINE = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)


def test_a_time_is_spoken_in_its_zone() -> None:
    assert words.full_time(NINE, "Australia/Adelaide") == "Tuesday 24 November 2026, 9:00 am"
    assert words.time_of_day(datetime(2026, 11, 24, 2, 5, tzinfo=UTC), "UTC") == "2:05 am"
    assert words.time_of_day(datetime(2026, 11, 24, 0, 30, tzinfo=UTC), "UTC") == "12:30 am"
    assert words.time_of_day(datetime(2026, 11, 24, 12, 0, tzinfo=UTC), "UTC") == "12:00 pm"


@pytest.mark.parametrize(
    ("zone", "instants", "name"),
    [
        ("Australia/Adelaide", [NINE], "Adelaide time (ACDT)"),
        ("Australia/Lord_Howe", [NINE], "Lord Howe time (UTC+11:00)"),
        ("Asia/Kathmandu", [NINE], "Kathmandu time (UTC+05:45)"),
        (
            "Australia/Sydney",
            [datetime(2026, 10, 5, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC)],
            "Sydney time (AEST, then AEDT)",
        ),
        ("Australia/Perth", [], "Perth time"),
    ],
)
def test_a_zone_is_named_by_its_city_and_letters(zone: str, instants: list[datetime], name: str) -> None:
    assert words.zone_name(zone, instants) == name


@pytest.mark.parametrize(
    ("minutes", "text"),
    [(45, "45 minutes"), (60, "1 hour"), (90, "1 hour 30 minutes"), (120, "2 hours"), (1, "1 minute")],
)
def test_a_length_is_in_hours_and_minutes(minutes: int, text: str) -> None:
    assert words.length(minutes) == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [(Decimal("95"), "$95"), (Decimal("79.50"), "$79.50"), (Decimal("1250.00"), "$1,250"), (Decimal(0), "No charge")],
)
def test_a_price_has_cents_only_where_they_matter(amount: Decimal, text: str) -> None:
    assert words.price(amount, "$") == text
    assert words.price(None, "$") is None


def test_spans_and_ages() -> None:
    assert words.day_span(date(2026, 11, 23), date(2026, 11, 29)) == "23 to 29 November"
    assert words.day_span(date(2026, 11, 30), date(2026, 12, 6)) == "30 November to 6 December"
    assert words.age(timedelta(seconds=10)) == "a minute"
    assert words.age(timedelta(minutes=7)) == "7 minutes"
    assert words.age(timedelta(minutes=125)) == "2 hours"
    assert words.tel("(08) 5550 1234") == "tel:0855501234"


@pytest.mark.parametrize(
    ("display", "text"),
    [("price", "$95"), ("price_and_deposit", "$95 (deposit $30)"), ("deposit", "$30 deposit"), ("none", None)],
)
def test_a_clinic_decides_what_is_shown_of_price_and_deposit(display: PriceDisplay, text: str | None) -> None:
    assert words.cost(_service(Decimal("95"), Decimal("30"), display), "$") == text


@pytest.mark.parametrize("display", ["price_and_deposit", "deposit"])
def test_without_a_deposit_none_is_spoken_of(display: PriceDisplay) -> None:
    assert words.cost(_service(Decimal("95"), None, display), "$") == ("$95" if "price" in display else None)


def _service(price: Decimal, deposit: Decimal | None, display: PriceDisplay) -> ServiceView:
    return ServiceView("1", "Physio", "c", "", 30, price, deposit, False, 0, False, price_display=display)


@pytest.mark.parametrize(
    ("later", "text"),
    [
        (timedelta(hours=6), "today, 3:00 pm"),
        (timedelta(hours=20), "tomorrow, 5:00 am"),
        (timedelta(days=2), "Wed 25 Nov, 9:00 am"),
    ],
)
def test_a_time_soon_is_told_by_its_day(later: timedelta, text: str) -> None:
    """It is nine o’clock on Monday 23 November there."""
    assert words.soon(NINE - timedelta(days=1) + later, "Australia/Adelaide", now=NINE - timedelta(days=1)) == text


@pytest.mark.parametrize(
    ("address", "text"),
    [
        ("12 Harbour Street, Port Adelaide SA 5015", "Port Adelaide SA"),
        ("Level 2, 5 High Street, London N1 9GU", "London N1 9GU"),
        ("Auckland 1010", "Auckland"),
        ("", ""),
    ],
)
def test_a_suburb_is_the_end_of_an_address(address: str, text: str) -> None:
    assert words.suburb(address) == text
