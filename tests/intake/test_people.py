from datetime import date

import pytest

from booking_app.intake.people import (
    LONGEST_NAME,
    DateOfBirthInvalid,
    NameInvalid,
    age_on,
    check_date_of_birth,
    check_name,
    is_minor,
)


@pytest.mark.parametrize(
    ("born", "day", "minor"),
    [
        (date(2008, 11, 22), date(2026, 11, 21), True),
        (date(2008, 11, 22), date(2026, 11, 22), False),
        (date(2008, 2, 29), date(2026, 2, 28), True),
        (date(2008, 2, 29), date(2026, 3, 1), False),
    ],
)
def test_somebody_is_a_minor_until_the_eighteenth_birthday(born: date, day: date, minor: bool):
    assert is_minor(born, day) is minor


def test_age_counts_whole_years():
    assert age_on(date(1988, 3, 14), date(2026, 3, 13)) == 37


def test_a_birth_in_the_future_is_refused():
    with pytest.raises(DateOfBirthInvalid, match="in the past"):
        check_date_of_birth(date(2026, 11, 22), date(2026, 11, 21))


def test_nobody_is_older_than_120():
    with pytest.raises(DateOfBirthInvalid, match="120"):
        check_date_of_birth(date(1905, 11, 21), date(2026, 11, 21))
    assert check_date_of_birth(date(1905, 11, 22), date(2026, 11, 21)) == date(1905, 11, 22)


@pytest.mark.parametrize(
    ("typed", "name"),
    [("  Zoë ", "Zoë"), ("O", "O"), ("王", "王"), ("Am\u200bel\u3164ia", "Amelia"), ("", ""), ("\u3164", "")],
)
def test_a_name_is_kept_as_it_can_be_seen(typed: str, name: str):
    assert check_name(typed, "first name") == name


@pytest.mark.parametrize("typed", ["-", "42", "\u2800", "🙂"])
def test_a_name_without_a_letter_is_refused(typed: str):
    with pytest.raises(NameInvalid, match="Enter the first name in letters"):
        check_name(typed, "first name")


@pytest.mark.parametrize("typed", ["a" * (LONGEST_NAME + 1), "a" * 5_000_000, "\u200b" * 5_000_000])
def test_a_name_has_an_end(typed: str):
    with pytest.raises(NameInvalid, match="Shorten the first name to 100 characters or fewer"):
        check_name(typed, "first name")
