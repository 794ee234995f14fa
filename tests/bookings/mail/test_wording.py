"""Times in words, on the clocks of the place."""

from datetime import UTC, datetime

import pytest

from booking_app.bookings.mail.wording import clock_words, moment_words, zone_words

SUMMER = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)
WINTER = datetime(2026, 7, 1, 2, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "zone", "moment", "frame"),
    [
        (SUMMER, "Australia/Adelaide", "9:00 am on Tuesday 24 November 2026", "Adelaide time (ACDT)"),
        (WINTER, "Australia/Adelaide", "11:35 am on Wednesday 1 July 2026", "Adelaide time (ACST)"),
        (SUMMER, "Australia/Broken_Hill", "9:00 am on Tuesday 24 November 2026", "Broken Hill time (ACDT)"),
        (SUMMER, "America/New_York", "5:30 pm on Monday 23 November 2026", "New York time (EST)"),
        (SUMMER, "UTC", "10:30 pm on Monday 23 November 2026", "UTC"),
    ],
)
def test_a_moment_is_told_in_the_zone_of_the_place(at: datetime, zone: str, moment: str, frame: str) -> None:
    assert (moment_words(at, zone), zone_words(at, zone)) == (moment, frame)


@pytest.mark.parametrize(("hour", "words"), [(0, "12:05 am"), (12, "12:05 pm"), (13, "1:05 pm"), (11, "11:05 am")])
def test_noon_and_midnight_are_twelve(hour: int, words: str) -> None:
    assert clock_words(datetime(2026, 1, 1, hour, 5, tzinfo=UTC), "UTC") == words
