"""The strip of a week's days and the month to jump from it."""

from datetime import UTC, date, datetime, timedelta

from booking_app.availability.records import SlotDay, SlotWeek
from booking_app.pages.shared.day_strip import day_strip, month_around
from booking_app.pages.shared.slots import SlotGroup, SlotOption
from booking_app.pages.shared.words import short_place

TUESDAY = date(2026, 11, 24)


def option(hour: int) -> SlotOption:
    return SlotOption("x", "", f"{hour}:00", "", shows_after=False, iso=f"2026-11-24T{hour:02}:00:00+10:30")


def group(*hours: int) -> SlotGroup:
    return SlotGroup("Tuesday 24 November", "", TUESDAY.isoformat(), tuple(option(hour) for hour in hours))


def week() -> SlotWeek:
    return SlotWeek(tuple(SlotDay(TUESDAY + timedelta(days=n), ()) for n in range(7)), datetime.now(UTC), False)


def test_every_day_of_the_week_says_how_many_times_it_has() -> None:
    strip = day_strip(week(), [group(9, 10)])
    assert [(day.weekday, day.number, day.said) for day in strip[:2]] == [
        ("Tue", 24, "2 times"),
        ("Wed", 25, "no times"),
    ]
    assert len(strip) == 7


def test_of_the_month_only_the_week_is_known_and_the_past_is_out() -> None:
    strip = day_strip(week(), [group(9)])
    month = month_around(strip, today=date(2026, 11, 23), last=date(2026, 12, 20), url=lambda day: day.isoformat())
    states = {day.number: day.state for day in month.days}
    assert (month.name, month.blanks, len(month.days)) == ("November 2026", 6, 30)
    assert (states[22], states[23], states[24], states[25]) == ("out", "unknown", "free", "none")
    assert (month.earlier, month.later) == (None, ("December", "2026-12-01"))
    assert [day.url for day in month.days if day.number in (22, 24, 25)] == [None, "2026-11-24", None]


def test_the_month_before_begins_no_earlier_than_today() -> None:
    strip = day_strip(week(), [])
    month = month_around(strip, today=date(2026, 10, 15), last=date(2026, 11, 30), url=lambda day: day.isoformat())
    assert (month.earlier, month.later) == (("October", "2026-10-15"), None)


def test_a_day_with_many_times_is_parted_and_one_with_few_is_not() -> None:
    assert [(name, len(options)) for name, options in group(9, 13, 18).parts] == [("", 3)]
    parts = group(8, 9, 10, 12, 13, 16, 17, 19).parts
    assert [(name, len(options)) for name, options in parts] == [("Morning", 3), ("Afternoon", 3), ("Evening", 2)]


def test_a_places_name_leaves_the_clinics_own_out() -> None:
    assert short_place("Harbour Health – Glenelg", "Harbour Health") == "Glenelg"
    assert short_place("Glenelg (Harbour Health)", "harbour health") == "Glenelg (Harbour Health)"
    assert short_place("Glenelg, Harbour Health", "Harbour Health") == "Glenelg"
    assert short_place("Harbour Health", "Harbour Health") == "Harbour Health"
    assert short_place("City", "") == "City"
