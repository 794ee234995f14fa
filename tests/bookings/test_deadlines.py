"""One sentence on what can still be done online, the same wherever it stands."""

from datetime import UTC, datetime, timedelta

import pytest

from booking_app.bookings.deadlines import deadlines_of
from booking_app.clinics.records import BookingRules

START = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)  # Tuesday 24 November, 9:00 am in Adelaide


@pytest.mark.parametrize(
    ("move", "cancel", "hours_before", "sentence"),
    [
        (24, 24, 48, "You can change or cancel online until 9:00 am on Monday 23 November 2026."),
        (
            48, 12, 72,
            "You can change the time online until 9:00 am on Sunday 22 November 2026, and cancel online "  # noqa: ISC004
            "until 9:00 pm on Monday 23 November 2026.",
        ),
        (
            48, 12, 24,
            "You can cancel online until 9:00 pm on Monday 23 November 2026. It is too late to change the time online.",
        ),
        (
            12, 48, 24,
            "You can change the time online until 9:00 pm on Monday 23 November 2026. It is too late to cancel online.",
        ),
        (24, 24, 23, "It is too late to change or cancel this appointment online."),
        (24, 24, 24, "You can change or cancel online until 9:00 am on Monday 23 November 2026."),
    ],
)  # fmt: skip
def test_the_sentence_says_what_can_still_be_done(move: int, cancel: int, hours_before: int, sentence: str) -> None:
    rules = BookingRules(reschedule_notice_hours=move, cancel_notice_hours=cancel)
    ahead = deadlines_of(rules, START).open_at(START - timedelta(hours=hours_before))
    assert ahead.sentence("Australia/Adelaide") == sentence
