"""Holds: a time belongs to one draft for some minutes."""

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from booking_app.bookings import holds
from booking_app.bookings.errors import SlotGone, TooManyHolds
from booking_app.bookings.models import Hold, HoldCell
from booking_app.bookings.records import Choice
from booking_app.clinics.models import Clinic, Connection
from booking_app.core.db import Database
from tests.bookings.conftest import NINE, Desk, choose, details, evidence
from tests.databases import database_with_tables

LATER = choose(NINE + timedelta(minutes=30))
HALF_HOUR = timedelta(minutes=30)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """Every kind in turn: what two may do at once is the database's business."""
    with database_with_tables(database_url) as fresh:
        yield fresh


def counts(desk: Desk) -> tuple[int, int]:
    with desk.database.reading() as session:
        return tuple(session.scalar(select(func.count()).select_from(table)) or 0 for table in (Hold, HoldCell))


class TestOverlaps:
    def test_the_same_time_is_refused(self, desk: Desk) -> None:
        desk.open()
        with pytest.raises(SlotGone):
            desk.open()

    @pytest.mark.parametrize("minutes_before", [30, 0, -15])
    def test_a_longer_service_that_runs_into_it_is_refused(self, desk: Desk, minutes_before: int) -> None:
        desk.open()
        with pytest.raises(SlotGone):
            desk.open(choose(NINE - timedelta(minutes=minutes_before), minutes=60))

    def test_the_times_before_and_after_it_are_free(self, desk: Desk) -> None:
        desk.open()
        desk.open(choose(NINE + HALF_HOUR))
        desk.open(choose(NINE - timedelta(minutes=60), minutes=60))

    def test_times_that_are_no_multiple_of_five_minutes_share_the_cell_they_touch(self, desk: Desk) -> None:
        desk.open(choose(NINE + timedelta(minutes=3)))
        with pytest.raises(SlotGone):
            desk.open(choose(NINE - timedelta(minutes=26)))

    def test_another_practitioner_is_free(self, desk: Desk) -> None:
        desk.open()
        desk.open(choose(practitioner_id="p2"))

    def test_another_account_has_its_own_practitioners(self, desk: Desk) -> None:
        desk.open()
        assert other_clinic(desk, account_key="au2:9")

    def test_two_clinics_of_one_account_share_the_time(self, desk: Desk) -> None:
        desk.open()
        with pytest.raises(SlotGone):
            other_clinic(desk, account_key="au1:7")


def other_clinic(desk: Desk, *, account_key: str) -> str:
    """Open a draft for the same time at a second clinic."""
    other = Clinic(slug="other", name="Other Health", time_zone="Australia/Adelaide")
    with desk.database.begin() as session:
        session.add(other)
        session.flush()
        session.add(Connection(clinic_id=other.id, vendor="cliniko", secret=b"sealed", account_key=account_key))
    return desk.drafts.open(other, choose(), visitor="visitor-b", attribution={})


class TestItsTime:
    def test_ends_and_then_the_time_is_free(self, desk: Desk) -> None:
        desk.open()
        desk.clock.advance(minutes=10)
        desk.open()
        assert counts(desk) == (1, 6)

    @pytest.mark.parametrize("minutes", [34, -29])
    def test_ends_for_neighbours_too_who_only_share_a_cell(self, desk: Desk, minutes: int) -> None:
        desk.open(choose(NINE + timedelta(minutes=3)))
        neighbour = choose(NINE + timedelta(minutes=minutes))
        with pytest.raises(SlotGone):
            desk.open(neighbour)
        desk.clock.advance(minutes=10)
        desk.open(neighbour)

    def test_grows_while_the_patient_is_at_work(self, desk: Desk) -> None:
        token = desk.open()
        desk.clock.advance(minutes=8)
        assert desk.drafts.extend(desk.clinic, token) == desk.clock.now() + timedelta(minutes=10)
        desk.clock.advance(minutes=8)
        with pytest.raises(SlotGone):
            desk.open()

    def test_never_shrinks_when_the_clinic_shortens_it(self, desk: Desk) -> None:
        token = desk.open()
        ends_at = desk.clock.now() + timedelta(minutes=10)
        desk.set_rules(hold_minutes=2)
        assert desk.drafts.extend(desk.clinic, token) == ends_at

    def test_grows_to_an_hour_at_most(self, desk: Desk) -> None:
        opened_at, token = desk.clock.now(), desk.open()
        for _ in range(7):
            desk.clock.advance(minutes=9)
            last = desk.drafts.extend(desk.clinic, token)
        assert last is None, "a page that asks for ever must not keep the time for ever"
        assert desk.clock.now() - opened_at > holds.LONGEST_HOLDING
        desk.open()

    @pytest.mark.parametrize("is_typed", [False, True])
    def test_is_not_made_anew_by_choosing_again(self, desk: Desk, is_typed: bool) -> None:
        """Whatever is chosen and typed, the same time or another: an hour after the first hold it is over."""
        opened_at, token = desk.clock.now(), desk.open()
        while desk.clock.now() - opened_at < timedelta(minutes=54):
            desk.clock.advance(minutes=9)
            if is_typed:
                token = desk.drafts.save_details(desk.clinic, token, details(), evidence(desk.clock))
            desk.drafts.choose_slot(desk.clinic, token, choose())
            with pytest.raises(SlotGone):
                desk.open()
        desk.clock.advance(minutes=7)
        desk.drafts.choose_slot(desk.clinic, token, choose())
        assert desk.drafts.load(desk.clinic, token).hold_ends_at is None
        desk.open()

    def test_over_for_good_does_not_let_somebody_elses_time_be_chosen(self, desk: Desk) -> None:
        token = desk.open()
        for _ in range(3):
            desk.clock.advance(minutes=21)
            desk.drafts.load(desk.clinic, token)
        desk.open(choose(NINE + HALF_HOUR))
        with pytest.raises(SlotGone):
            desk.drafts.choose_slot(desk.clinic, token, choose(NINE + HALF_HOUR))

    def test_lasts_as_long_as_a_payment_with_its_detours(self, desk: Desk) -> None:
        token = desk.open()
        for _ in range(4):
            desk.clock.advance(minutes=9)
            assert desk.drafts.extend(desk.clinic, token) is not None

    def test_over_but_still_free_is_taken_again_in_silence(self, desk: Desk) -> None:
        token = desk.open()
        desk.clock.advance(minutes=15)
        assert desk.drafts.extend(desk.clinic, token) == desk.clock.now() + timedelta(minutes=10)

    def test_over_and_taken_is_said(self, desk: Desk) -> None:
        token = desk.open()
        desk.clock.advance(minutes=15)
        desk.open()
        assert desk.drafts.extend(desk.clinic, token) is None


class TestOneADraft:
    def test_another_choice_lets_the_first_go(self, desk: Desk) -> None:
        token = desk.open()
        desk.drafts.choose_slot(desk.clinic, token, choose(NINE + HALF_HOUR))
        assert counts(desk) == (1, 6)
        desk.open()

    def test_a_choice_that_overlaps_its_own_hold_is_no_conflict(self, desk: Desk) -> None:
        token = desk.open()
        desk.drafts.choose_slot(desk.clinic, token, choose(minutes=60))
        assert counts(desk) == (1, 12)

    def test_the_old_hold_stays_when_the_new_time_is_taken(self, desk: Desk) -> None:
        desk.open(choose(NINE + HALF_HOUR))
        token = desk.open()
        with pytest.raises(SlotGone):
            desk.drafts.choose_slot(desk.clinic, token, choose(NINE + HALF_HOUR))
        assert desk.drafts.load(desk.clinic, token).choice == choose()
        assert desk.drafts.load(desk.clinic, token).hold_ends_at is not None
        with pytest.raises(SlotGone):
            desk.open()

    def test_the_new_id_of_a_personal_draft_has_the_hold_of_the_old_one(self, desk: Desk) -> None:
        old = desk.open()
        new = desk.drafts.save_details(desk.clinic, old, details(), evidence(desk.clock))
        assert desk.drafts.load(desk.clinic, new).hold_ends_at is not None
        assert counts(desk) == (1, 6)


class TestTheAllowance:
    def test_of_one_visitor_ends(self, desk: Desk) -> None:
        take_many(desk, "visitor-a", holds.HOLDS_AT_ONCE)
        with pytest.raises(TooManyHolds):
            desk.open(choose(practitioner_id="p9"))
        desk.open(choose(practitioner_id="p9"), visitor="visitor-b")

    def test_comes_back_as_holds_end(self, desk: Desk) -> None:
        take_many(desk, "visitor-a", holds.HOLDS_AT_ONCE)
        desk.clock.advance(minutes=61)
        desk.open()

    def test_is_not_counted_for_visitors_who_cannot_be_told_apart(self, desk: Desk) -> None:
        take_many(desk, "", holds.HOLDS_AT_ONCE)
        desk.open(choose(practitioner_id="p9"), visitor="")


class TestWhatAllTogetherMayHold:
    """Beyond it a time is chosen and booked, and not held: no number of networks closes a clinic's week."""

    def test_of_one_practitioner_ends(self, desk: Desk) -> None:
        crowd(desk, holds.HOLDS_OF_PRACTITIONER, practitioner_id="p1")
        token = desk.open(choose(NINE + timedelta(days=1)), visitor="a patient")
        assert desk.drafts.load(desk.clinic, token).hold_ends_at is None
        other = desk.open(choose(practitioner_id="p2"), visitor="another")
        assert desk.drafts.load(desk.clinic, other).hold_ends_at is not None

    def test_of_the_clinic_ends(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(holds, "HOLDS_OF_CLINIC", 3)
        take_many(desk, "", 3)
        token = desk.open(visitor="a patient")
        assert desk.drafts.load(desk.clinic, token).hold_ends_at is None

    def test_cannot_be_got_round_by_moving_or_by_asking_for_more(self, desk: Desk) -> None:
        elsewhere = desk.open(choose(practitioner_id="p2"))
        crowd(desk, holds.HOLDS_OF_PRACTITIONER, practitioner_id="p1")
        without = desk.open(choose(NINE + timedelta(days=1)), visitor="b")
        assert desk.drafts.extend(desk.clinic, without) is None
        desk.drafts.choose_slot(desk.clinic, elsewhere, choose(NINE + timedelta(days=2)))
        assert desk.drafts.load(desk.clinic, elsewhere).hold_ends_at is None

    def test_leaves_who_holds_one_of_them_what_they_have(self, desk: Desk) -> None:
        mine = desk.open()
        crowd(desk, holds.HOLDS_OF_PRACTITIONER, practitioner_id="p1", first=NINE + timedelta(hours=1))
        desk.drafts.choose_slot(desk.clinic, mine, LATER)
        assert desk.drafts.load(desk.clinic, mine).hold_ends_at is not None

    def test_does_not_keep_a_patient_from_booking(self, desk: Desk) -> None:
        crowd(desk, holds.HOLDS_OF_PRACTITIONER, practitioner_id="p1", first=LATER.starts_at)
        assert desk.book().starts_at == NINE


def crowd(desk: Desk, count: int, *, practitioner_id: str, first: datetime = NINE) -> None:
    """So many times of one practitioner are held, each from another network."""
    for number in range(count):
        when = first + number * HALF_HOUR
        desk.open(choose(when, practitioner_id=practitioner_id), visitor=f"crowd-{number}")


def take_many(desk: Desk, visitor: str, count: int) -> None:
    for number in range(count):
        desk.open(choose(practitioner_id=f"q{number}"), visitor=visitor)


def test_of_fifty_who_want_one_time_one_gets_it(desk: Desk) -> None:
    def attempt(number: int) -> bool:
        try:
            desk.open(visitor=f"visitor-{number}")
        except SlotGone:
            return False
        return True

    with ThreadPoolExecutor(50) as crowd:
        assert sum(crowd.map(attempt, range(50))) == 1
    assert counts(desk) == (1, 6)


def test_two_who_want_each_other_s_time_are_both_told_at_once(desk: Desk) -> None:
    """Neither waits for the other in a circle, and both keep what they have."""
    told: Counter[str] = Counter()
    for _ in range(5):
        first, second = desk.open(), desk.open(LATER)
        start = threading.Barrier(2)

        def move(token: str, choice: Choice, start: threading.Barrier = start) -> str:
            start.wait()
            try:
                desk.drafts.choose_slot(desk.clinic, token, choice)
            except SlotGone:
                return "gone"
            return "moved"

        with ThreadPoolExecutor(2) as both:
            told.update(both.map(move, (first, second), (LATER, choose())))
        assert desk.drafts.load(desk.clinic, first).hold_ends_at is not None
        desk.clock.advance(minutes=11)
    assert told == {"gone": 10}


def in_group(places: int, *, group_id: str = "77") -> Choice:
    """A place of a class at nine, when so many were left."""
    return replace(choose(minutes=60), group_id=group_id, places=places)


class TestGroups:
    def test_each_hold_takes_one_place_until_none_is_left(self, desk: Desk) -> None:
        for _ in range(3):
            desk.open(in_group(3))
        with pytest.raises(SlotGone):
            desk.open(in_group(3))
        assert counts(desk) == (3, 3)

    def test_a_place_that_runs_out_is_free_again(self, desk: Desk) -> None:
        desk.open(in_group(1))
        desk.clock.advance(minutes=11)
        desk.open(in_group(1))
        assert counts(desk) == (1, 1)

    def test_another_group_at_the_same_time_has_its_own_places(self, desk: Desk) -> None:
        desk.open(in_group(1))
        desk.open(in_group(1, group_id="78"))

    def test_a_draft_keeps_its_number_and_lets_go_of_it_for_another_time(self, desk: Desk) -> None:
        token = desk.open(in_group(1))
        desk.drafts.choose_slot(desk.clinic, token, in_group(1))
        desk.drafts.choose_slot(desk.clinic, token, LATER)
        desk.open(in_group(1))
        desk.drafts.choose_slot(desk.clinic, desk.open(choose(practitioner_id="p2")), in_group(2))

    def test_a_higher_number_counts_although_a_lower_one_is_free(self, desk: Desk) -> None:
        first = desk.open(in_group(2))
        desk.open(in_group(2))
        desk.drafts.choose_slot(desk.clinic, first, LATER)
        with pytest.raises(SlotGone):
            desk.open(in_group(1))

    @pytest.mark.parametrize("places", [1, 5])
    def test_twenty_who_race_for_the_last_places_get_as_many(self, desk: Desk, places: int) -> None:
        start = threading.Barrier(20)

        def reach(_: int) -> bool:
            start.wait()
            try:
                desk.open(in_group(places))
            except SlotGone:
                return False
            return True

        with ThreadPoolExecutor(20) as threads:
            got = list(threads.map(reach, range(20)))
        assert sum(got) == places
        assert counts(desk) == (places, places)
