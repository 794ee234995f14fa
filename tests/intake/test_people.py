from datetime import date

import pytest

from booking_app.intake.people import DateOfBirthInvalid, age_on, check_date_of_birth, is_minor


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
