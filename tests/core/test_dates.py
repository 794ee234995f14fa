"""Dates as people type them."""

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking_app.core.dates import (
    LONGEST_TYPED,
    MONTHS,
    DateMissing,
    DateUnreadable,
    full_day,
    plain_day,
    read_date,
    read_day_month_year,
)

BORN = date(1980, 3, 31)
DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31))
# What people put between the parts; also what phones and text programs make of a hyphen or a space.
SEPARATORS = st.sampled_from(["/", " ", ".", "-", " / ", ". ", "–", "\u00a0", " - ", "\u2010"])


def outcome(read: Callable[[], date]) -> date | DateUnreadable:
    try:
        return read()
    except DateUnreadable as error:
        return error


def written_in_every_way(day: date) -> list[str]:
    name = MONTHS[day.month - 1]
    ending = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}.get(day.day, "th")
    return [
        day.isoformat(),
        day.strftime("%Y%m%d"),
        day.strftime("%d%m%Y"),
        f"{day.year}/{day.month}/{day.day}",
        plain_day(day),
        f"{day.day}{ending} {name} {day.year}",
        f"{name} {day.day}, {day.year}",
        f"{day.day}-{name[:3].upper()}-{day.year}",
        f"{day.day} {name[:3]}. {day.year}",
    ]


@pytest.mark.parametrize(
    "typed",
    [
        "31 3 1980", "31/3/1980", "31/03/1980", "31.3.1980", "31-3-1980", " 31  3  1980 ", "31, 3, 1980",
        "31 March 1980", "31st march 1980", "31 MAR 1980", "March 31, 1980", "Mar 31 1980",
        "1980-03-31", "1980-3-31", "1980/03/31",
        "31031980", "19800331", "31–3–1980", "٣١/٣/١٩٨٠",
    ],
)  # fmt: skip
def test_a_date_is_read_however_it_is_written(typed: str) -> None:
    assert read_date(typed) == BORN


@given(day=DAYS, separator=SEPARATORS)
def test_what_is_written_day_first_is_read_back(day: date, separator: str) -> None:
    for parts in ((str(day.day), str(day.month), str(day.year)), (f"{day:%d}", f"{day:%m}", f"{day:%Y}")):
        assert read_date(separator.join(parts)) == day
        assert read_day_month_year(*parts) == day


@given(day=DAYS)
def test_every_other_way_of_writing_is_read_back(day: date) -> None:
    assert {typed: read_date(typed) for typed in written_in_every_way(day)} == dict.fromkeys(
        written_in_every_way(day), day
    )


@given(typed=st.text(max_size=2 * LONGEST_TYPED) | st.from_regex(r"[0-9]{1,4}([ /.-][0-9a-zA-Z]{1,9}){0,4}"))
def test_any_text_is_a_date_or_a_sentence(typed: str) -> None:
    found = outcome(lambda: read_date(typed))
    if isinstance(found, DateUnreadable):
        assert str(found)[0].isupper()
        assert found.parts
    else:
        assert 1900 <= found.year <= 2100


@given(day=st.text(max_size=9), month=st.text(max_size=9), year=st.text(max_size=9))
def test_any_three_boxes_are_a_date_or_say_which_to_correct(day: str, month: str, year: str) -> None:
    found = outcome(lambda: read_day_month_year(day, month, year))
    if isinstance(found, DateUnreadable):
        assert found.parts
        assert set(found.parts) <= {"day", "month", "year"}
    else:
        assert 1900 <= found.year <= 2100


@pytest.mark.parametrize(
    ("typed", "sentence", "parts"),
    [
        (("31", "", "1980"), "Enter the month", ("month",)),
        (("", "3", ""), "Enter the day and the year", ("day", "year")),
        (("32", "3", "1980"), "Enter the day as a number from 1 to 31", ("day",)),
        (("3", "31", "1980"), "Enter the month as a number from 1 to 12, or as its name", ("month",)),
        (("3", "Mrz", "1980"), "Enter the month as a number from 1 to 12, or as its name", ("month",)),
        (("31", "3", "80"), "Enter the year with all four digits, for example 1980", ("year",)),
        (("31", "3", "1880"), "Enter a year between 1900 and 2100", ("year",)),
        (("31", "4", "1980"), "April 1980 has no day 31", ("day",)),
        (("29", "2", "1981"), "February 1981 has no day 29", ("day",)),
    ],
)
def test_a_box_that_is_wrong_is_named(typed: tuple[str, str, str], sentence: str, parts: tuple[str, ...]) -> None:
    with pytest.raises(DateUnreadable) as refused:
        read_day_month_year(*typed)
    assert str(refused.value) == sentence
    assert refused.value.parts == parts


@pytest.mark.parametrize("typed", ["", "   ", "\u00a0"])
def test_nothing_typed_is_told_apart_from_something_wrong(typed: str) -> None:
    with pytest.raises(DateMissing):
        read_date(typed)
    with pytest.raises(DateMissing):
        read_day_month_year(typed, typed, typed)


@pytest.mark.parametrize("typed", ["31.3.80", "31/3", "March", "yesterday", "3/31/1980", "31 3 1980 1", "0/0/0000"])
def test_what_is_no_date_or_could_be_two_is_refused(typed: str) -> None:
    with pytest.raises(DateUnreadable):
        read_date(typed)


def test_a_very_long_text_is_refused_before_it_is_read() -> None:
    with pytest.raises(DateUnreadable):
        read_date(f"31 3 1980{' ' * 1_000_000}")


def test_a_day_is_said_with_its_weekday() -> None:
    assert full_day(BORN) == "Monday 31 March 1980"
