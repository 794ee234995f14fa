"""Figures of a period: what was shown, booked, lost and how long it took, with nobody in them."""

from dataclasses import astuple
from datetime import date, timedelta

import pytest

from booking_app.bookings.models import Booking
from booking_app.bookings.statistics.insight import Figures, Insight
from booking_app.bookings.statistics.page_counts import PageCounts
from booking_app.bookings.statistics.sources import source_of
from booking_app.clinics.models import Clinic
from tests.bookings.conftest import NINE, Desk, choose

TODAY = date(2026, 11, 21)


@pytest.fixture
def insight(desk: Desk) -> Insight:
    return Insight(desk.database, desk.clock)


def figures(insight: Insight, desk: Desk, days: int = 7) -> Figures:
    return insight.figures(desk.clinic, days)


def test_a_period_ends_today_and_has_every_day(insight: Insight, desk: Desk) -> None:
    days = figures(insight, desk).days
    assert [day.day for day in days] == [TODAY - timedelta(days=6 - n) for n in range(7)]
    assert all(astuple(day)[1:] == ((0, 0, 0, 0, 0), 0, 0, 0, 0) for day in days)


def test_bookings_and_their_source_are_counted_on_the_day_they_were_made(insight: Insight, desk: Desk) -> None:
    desk.book()
    desk.clock.advance(days=1)
    desk.book(choose(NINE + timedelta(minutes=30)))
    found = figures(insight, desk)
    assert [day.booked for day in found.days] == [0, 0, 0, 0, 0, 1, 1]
    assert found.booked == 2
    assert found.sources == (("news", 2),)


def test_sources_stay_when_the_booking_has_forgotten_its_own(insight: Insight, desk: Desk) -> None:
    desk.book()
    desk.work()
    desk.clock.advance(days=2)
    desk.purging.run()
    assert figures(insight, desk).sources == (("news", 1),)


def test_a_lost_time_and_a_cancellation_are_no_bookings_gained(insight: Insight, desk: Desk) -> None:
    desk.practice.after_create_appointment = lambda practice: practice.receptionist_books(
        "p1", NINE, NINE + timedelta(minutes=30)
    )
    assert desk.confirm(desk.ready()).state == "slot_lost"
    desk.practice.after_create_appointment = None
    booking = desk.book(choose(NINE + timedelta(hours=2)))
    desk.managing.cancel(desk.manage_token(booking), "away")
    today = figures(insight, desk).days[-1]
    assert (today.booked, today.cancelled, today.lost) == (1, 1, 1)


def test_the_funnel_ends_with_the_bookings(insight: Insight, desk: Desk) -> None:
    page_counts = PageCounts(desk.database, desk.clock, every=3600)
    for step, times in (("service", 5), ("time", 3), ("details", 1)):
        for _ in range(times):
            page_counts.count(desk.clinic.id, desk.clinic.time_zone, step)
    page_counts.close()
    desk.book()
    assert figures(insight, desk).funnel == (
        ("category", 0), ("service", 5), ("time", 3), ("details", 1), ("confirm", 0), ("booked", 1),
    )  # fmt: skip


def test_waiting_says_what_is_usual_and_what_is_long(insight: Insight, desk: Desk) -> None:
    assert figures(insight, desk).waiting.usual is None
    with desk.database.begin() as session:
        for number, seconds in enumerate((1, 2, 3, 4, 5, 6, 7, 8, 9, 60)):
            now = desk.clock.now()
            session.add(Booking(
                clinic_id=desk.clinic.id, reference=f"BK-{number}", family=str(number), manage_hash=str(number),
                state="confirmed", account_key="a", service_id="s1", location_id="l1", practitioner_id="p1",
                any_practitioner=False, starts_at=NINE, ends_at=NINE, created_at=now,
                confirmed_at=now + timedelta(seconds=seconds),
            ))  # fmt: skip
    waiting = figures(insight, desk).waiting
    assert (waiting.count, waiting.usual, waiting.long) == (10, 5.5, 60)


def test_tasks_that_wait_for_a_person_are_counted_by_code(insight: Insight, desk: Desk) -> None:
    booking = desk.book()
    desk.practice.refuses_key = True
    desk.work()
    assert desk.states(booking.id)["form"] == "parked"
    (trouble,) = figures(insight, desk).trouble
    assert (trouble.kind, trouble.code, trouble.total) == ("form", "cliniko_401", 1)


def test_another_clinics_figures_are_not_mixed_in(insight: Insight, desk: Desk) -> None:
    desk.book()
    other = Clinic(slug="other", name="Other Health", time_zone="Australia/Perth")
    with desk.database.begin() as session:
        session.add(other)
    found = insight.figures(other, 7)
    assert (found.booked, found.sources, found.trouble) == (0, (), ())


@pytest.mark.parametrize(
    ("attribution", "source"),
    [
        ({"utm_source": " News  Letter "}, "news letter"),
        ({"referrer_host": "www.example.com"}, "www.example.com"),
        ({}, "direct"),
        ({"utm_source": "mara.linden@example.com"}, "other"),
        ({"utm_source": "x" * 41}, "other"),
        ({"utm_source": "a\x00b"}, "other"),
    ],
)
def test_a_source_is_one_plain_word(attribution: dict[str, str], source: str) -> None:
    assert source_of(attribution) == source
