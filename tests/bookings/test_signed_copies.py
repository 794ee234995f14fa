"""The patient's copy of what was signed: the same bytes while we keep them and afterwards, and only by the link."""

from datetime import timedelta

import pytest

from booking_app.bookings.models import Booking
from booking_app.bookings.signed_copies import CopyGone, SignedCopies
from tests.bookings.conftest import NINE, SIGNATURE, Desk, choose


@pytest.fixture
def signed(desk: Desk) -> Booking:
    return desk.book(waiver_versions=desk.publish_waiver(), signature=SIGNATURE)


def copies_of(desk: Desk, secret_key: str = "a secret only for tests") -> SignedCopies:
    return SignedCopies(
        database=desk.database,
        keyring=desk.keyring,
        clock=desk.clock,
        practices=desk.practice_of,
        secret_key=secret_key,
    )


def token_of(desk: Desk, booking: Booking) -> str:
    token = copies_of(desk).token(booking.reference)
    assert token is not None
    return token


def purge(desk: Desk, booking: Booking) -> None:
    desk.clock.advance(hours=25)
    desk.purging.run()
    assert desk.booking(booking.reference).purged_at is not None


def test_the_copy_is_what_cliniko_was_sent(desk: Desk, signed: Booking) -> None:
    token = token_of(desk, signed)
    assert copies_of(desk).read(token).pdf is None, "a worker makes it"
    desk.work()
    ((_, sent),) = desk.practice.documents
    assert copies_of(desk).read(token).pdf == sent


def test_after_the_purge_it_is_read_back_from_cliniko(desk: Desk, signed: Booking) -> None:
    desk.work()
    ((_, sent),) = desk.practice.documents
    purge(desk, signed)
    assert copies_of(desk).read(token_of(desk, signed)).pdf == sent


def test_another_file_in_its_place_is_not_given_out(desk: Desk, signed: Booking) -> None:
    desk.work()
    stored, sent = desk.practice.documents[0]
    purge(desk, signed)
    desk.practice.documents[0] = (stored, sent + b" ")
    with pytest.raises(CopyGone):
        copies_of(desk).read(token_of(desk, signed))


def test_when_cliniko_does_not_answer_it_says_so(desk: Desk, signed: Booking) -> None:
    desk.work()
    purge(desk, signed)
    desk.practice.fail_before = ["find_document"]
    found = copies_of(desk).read(token_of(desk, signed))
    assert (found.pdf, found.is_away) == (None, True)


def test_the_link_ends_after_a_week(desk: Desk, signed: Booking) -> None:
    desk.work()
    token = token_of(desk, signed)
    desk.clock.advance(days=7)
    with pytest.raises(CopyGone):
        copies_of(desk).read(token)


@pytest.mark.parametrize("change", ["reference", "end", "key", "nothing"])
def test_somebody_else_gets_nothing(desk: Desk, signed: Booking, change: str) -> None:
    """Neither with another booking's reference, nor with a later end, nor with a link of another installation."""
    desk.work()
    reference, ends_at, signature = token_of(desk, signed).split(".")
    later = choose(NINE + timedelta(hours=2))
    other = desk.book(later, waiver_versions=desk.publish_waiver(), signature=SIGNATURE)
    forged = {
        "reference": f"{other.reference}.{ends_at}.{signature}",
        "end": f"{reference}.{int(ends_at, 16) + 9999:x}.{signature}",
        "key": copies_of(desk, "another key").token(reference) or "",
        "nothing": "",
    }[change]
    with pytest.raises(CopyGone):
        copies_of(desk).read(forged)


def test_there_is_no_link_where_nothing_was_signed(desk: Desk) -> None:
    assert copies_of(desk).token(desk.book().reference) is None
    assert copies_of(desk).token("BK-UNKNOWN1") is None
