"""Bookings nobody wants: seen together, cancelled once each, and blocked for a while."""

from datetime import timedelta

import pytest

from booking_app.bookings.blocks import Blocks, DomainMarks, SourceKind
from booking_app.bookings.models import Booking
from booking_app.bookings.unwanted import MOST_AT_ONCE, UnwantedBookings
from booking_app.clinics.audit import AuditLog, Author
from booking_app.core.recent import RecentReads
from tests.bookings.conftest import NINE, Desk, choose, details, evidence

HALF_HOUR = timedelta(minutes=30)


@pytest.fixture
def unwanted(desk: Desk) -> UnwantedBookings:
    return UnwantedBookings(
        database=desk.database, task_runner=desk.task_runner, keyring=desk.keyring, clock=desk.clock,
        plan_cancelled=desk.follow_ups.after_cancelling,
    )  # fmt: skip


@pytest.fixture
def blocks(desk: Desk) -> Blocks:
    return Blocks(
        database=desk.database, recent=RecentReads(desk.database, desk.clock), keyring=desk.keyring, clock=desk.clock,
        domains=DomainMarks("a secret of the tests"),
    )  # fmt: skip


def author(desk: Desk) -> Author:
    return Author(None, desk.clock.now())


def wave(desk: Desk, count: int, *, visitor: str = "network-a", domain: str = "spam.example") -> list[Booking]:
    """So many confirmed bookings from one network, each of somebody else."""
    made = []
    for number in range(count):
        token = desk.open(choose(NINE + number * HALF_HOUR), visitor=visitor)
        person = details(email=f"p{number}@{domain}", first_name=f"Robin{number}", last_name=f"Sample{number}")
        status = desk.confirm(desk.drafts.save_details(desk.clinic, token, person, evidence(desk.clock)))
        made.append(desk.booking(status.reference))
    return made


class TestSources:
    def test_are_what_three_bookings_or_more_have_in_common(self, desk: Desk, unwanted: UnwantedBookings) -> None:
        wave(desk, 3)
        found = {one.kind: one for one in unwanted.sources(desk.clinic)}
        assert found[SourceKind.NETWORK].mark == "network-a"
        assert found[SourceKind.DOMAIN].label == "spam.example"
        assert found[SourceKind.HOUR].mark == "2026-11-21T19"  # 9:00 UTC in Adelaide, in summer
        assert {(one.count, one.confirmed) for one in found.values()} == {(3, 3)}

    def test_are_not_made_of_fewer_nor_of_older_ones(self, desk: Desk, unwanted: UnwantedBookings) -> None:
        wave(desk, 2)
        assert unwanted.sources(desk.clinic) == ()
        desk.clock.advance(days=8)
        assert unwanted.source(desk.clinic, SourceKind.HOUR, "2026-11-21T19") is None

    def test_hold_neither_an_address_nor_a_domain(self, desk: Desk) -> None:
        (booking,) = wave(desk, 1)
        assert booking.email_domain and "spam" not in booking.email_domain
        assert booking.network == "network-a", "the visitor’s name is a keyed hash already"

    def test_are_forgotten_with_what_is_personal(self, desk: Desk) -> None:
        (booking,) = wave(desk, 1)
        desk.work()
        desk.clock.advance(days=2)
        desk.purging.run()
        booking = desk.booking(booking.reference)
        assert (booking.network, booking.email_domain) == (None, None)

    def test_of_another_clinic_are_not_found(self, desk: Desk, unwanted: UnwantedBookings) -> None:
        wave(desk, 3)
        other = type(desk.clinic)(id=desk.clinic.id + 1, slug="other", name="Other", time_zone="Australia/Perth")
        assert unwanted.sources(other) == ()
        assert unwanted.booking_ids(other, SourceKind.NETWORK, "network-a") == ()


class TestCancelling:
    def test_cancels_each_once_in_cliniko_and_by_mail(self, desk: Desk, unwanted: UnwantedBookings) -> None:
        made = wave(desk, 3)
        desk.work()
        references = [one.reference for one in made]
        first = unwanted.cancel(author(desk), desk.clinic.id, [*references, references[0]])
        again = unwanted.cancel(author(desk), desk.clinic.id, references)
        desk.work(rounds=3, minutes=1)
        assert (set(first.references), first.skipped) == (set(references), 0)
        assert (again.references, again.skipped) == ((), 3)
        assert {desk.booking(one).state for one in references} == {"cancelled"}
        assert all(one.is_cancelled for one in desk.practice.appointments.values())
        assert sorted(mail for name, mail in desk.postbox.sent if name == "cancellation_mail") == [
            f"p{number}@spam.example" for number in range(3)
        ]
        assert "cancellation_clinic_mail" not in desk.postbox.to_clinic, "who cancels needs no mail about it"

    def test_goes_on_when_cliniko_is_back(self, desk: Desk, unwanted: UnwantedBookings) -> None:
        (booking,) = wave(desk, 1)
        desk.work()
        desk.practice.is_down = True
        unwanted.cancel(author(desk), desk.clinic.id, [booking.reference])
        desk.work(rounds=2, minutes=1)
        assert desk.booking(booking.reference).state == "cancelling"
        desk.practice.is_down = False
        desk.work(rounds=3, hours=1)
        assert desk.booking(booking.reference).state == "cancelled"

    def test_says_in_cliniko_who_cancelled(self, desk: Desk, unwanted: UnwantedBookings) -> None:
        (booking,) = wave(desk, 1)
        desk.work()
        unwanted.cancel(author(desk), desk.clinic.id, [booking.reference])
        desk.work(rounds=2, minutes=1)
        assert "by the clinic" in desk.practice.cancellations[-1]

    def test_leaves_what_is_not_confirmed_what_is_past_and_what_is_anothers(
        self, desk: Desk, unwanted: UnwantedBookings
    ) -> None:
        (booking,) = wave(desk, 1)
        other_clinic = unwanted.cancel(author(desk), desk.clinic.id + 1, [booking.reference])
        unknown = unwanted.cancel(author(desk), desk.clinic.id, ["BK-NOWHERE"])
        desk.clock.advance(days=4)
        past = unwanted.cancel(author(desk), desk.clinic.id, [booking.reference])
        assert [one.references for one in (other_clinic, unknown, past)] == [(), (), ()]
        assert desk.booking(booking.reference).state == "confirmed"

    def test_is_written_down_and_has_an_end(self, desk: Desk, unwanted: UnwantedBookings) -> None:
        (booking,) = wave(desk, 1)
        done = unwanted.cancel(author(desk), desk.clinic.id, [booking.reference, *map(str, range(10_000))])
        assert len(done.references) + done.skipped == MOST_AT_ONCE
        (entry,) = AuditLog(desk.database).changes(desk.clinic.id, noun="booking")
        assert (entry.action, entry.after) == ("booking.cancelled", {"booking": booking.reference})


class TestABlock:
    def test_holds_for_its_network_and_its_time(self, desk: Desk, blocks: Blocks) -> None:
        lasts = timedelta(hours=24)
        until = blocks.block(author(desk), desk.clinic.id, SourceKind.NETWORK, "network-a", label="", lasts=lasts)
        assert until == desk.clock.now() + lasts
        assert blocks.is_blocked(desk.clinic.id, ["other", "network-a"])
        assert not blocks.is_blocked(desk.clinic.id, ["other"], "kim@example.com")
        assert not blocks.is_blocked(desk.clinic.id + 1, ["network-a"])
        desk.clock.advance(hours=25)
        assert not blocks.is_blocked(desk.clinic.id, ["network-a"])
        assert blocks.standing(desk.clinic.id) == ()

    def test_of_a_domain_is_known_by_a_hash_and_shown_by_name(self, desk: Desk, blocks: Blocks) -> None:
        mark = DomainMarks("a secret of the tests").mark("x@Spam.Example")
        lasts = timedelta(days=90)
        blocks.block(author(desk), desk.clinic.id, SourceKind.DOMAIN, mark, label="spam.example", lasts=lasts)
        assert blocks.is_blocked(desk.clinic.id, [], "anybody@SPAM.example ")
        assert not blocks.is_blocked(desk.clinic.id, [], "anybody@not-spam.example")
        (standing,) = blocks.standing(desk.clinic.id)
        assert standing.label == "spam.example"
        assert standing.ends_at == desk.clock.now() + timedelta(days=30), "none lasts longer"

    def test_ends_when_somebody_ends_it_and_only_at_the_own_clinic(self, desk: Desk, blocks: Blocks) -> None:
        blocks.block(author(desk), desk.clinic.id, SourceKind.NETWORK, "a", label="", lasts=timedelta(days=1))
        (standing,) = blocks.standing(desk.clinic.id)
        assert not blocks.unblock(author(desk), desk.clinic.id + 1, standing.id)
        assert blocks.unblock(author(desk), desk.clinic.id, standing.id)
        assert not blocks.is_blocked(desk.clinic.id, ["a"])
        written = [entry.action for entry in AuditLog(desk.database).changes(desk.clinic.id)]
        assert written == ["booking.source_unblocked", "booking.source_blocked"]

    def test_of_an_hour_is_none(self, desk: Desk, blocks: Blocks) -> None:
        lasts = timedelta(days=1)
        assert blocks.block(author(desk), desk.clinic.id, SourceKind.HOUR, "x", label="", lasts=lasts) is None

    def test_that_has_ended_is_forgotten(self, desk: Desk, blocks: Blocks) -> None:
        blocks.block(author(desk), desk.clinic.id, SourceKind.NETWORK, "a", label="", lasts=timedelta(hours=1))
        desk.clock.advance(hours=2)
        desk.purging.run()
        until = blocks.block(author(desk), desk.clinic.id, SourceKind.NETWORK, "a", label="", lasts=timedelta(hours=1))
        assert until is not None
        assert [one.id for one in blocks.standing(desk.clinic.id)] == [1], "the old row is gone, so its number is free"
