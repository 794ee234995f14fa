"""Times near a lost one, and the next day that has any."""

from datetime import date, timedelta

import pytest

from booking_app.availability.records import Slot, Window
from booking_app.core.failures import RemoteFailure
from tests.availability.conftest import PERTH, Clinic, at, every_half_hour

MONDAY = date(2026, 11, 23)
THURSDAY = date(2026, 11, 26)
LOST = at(THURSDAY, 10)


def said(slots: list[Slot]) -> list[tuple[str, object]]:
    return [(slot.practitioner_id, slot.starts_at) for slot in slots]


def test_the_nearest_three_are_of_the_same_practitioner_and_day_and_cost_one_call(clinic: Clinic) -> None:
    clinic.practice.offer("mia", every_half_hour(THURSDAY, range(9, 12)))
    clinic.practice.take("mia", LOST)
    near = clinic.near(around=LOST, other_practitioner_ids=["liam"])
    assert said(near) == [("mia", at(THURSDAY, 9, 30)), ("mia", at(THURSDAY, 10, 30)), ("mia", at(THURSDAY, 9))]
    assert clinic.practice.calls == [("mia", MONDAY, MONDAY + timedelta(days=6))]


def test_the_same_day_comes_before_a_nearer_time_of_the_next(clinic: Clinic) -> None:
    evening = at(THURSDAY, 20)
    clinic.practice.offer("mia", [at(THURSDAY, 7), at(THURSDAY + timedelta(days=1), 7)])
    assert [slot.starts_at for slot in clinic.near(around=evening)] == [
        at(THURSDAY, 7),
        at(THURSDAY + timedelta(days=1), 7),
    ]


def test_what_was_read_before_the_loss_is_not_believed(clinic: Clinic) -> None:
    clinic.practice.offer("mia", [LOST, at(THURSDAY, 11)])
    clinic.days()
    clinic.clock.advance(seconds=10)
    clinic.practice.take("mia", LOST)
    assert said(clinic.near(around=LOST)) == [("mia", at(THURSDAY, 11))]


def test_others_are_offered_where_the_same_practitioner_has_too_few(clinic: Clinic) -> None:
    clinic.practice.offer("mia", [at(THURSDAY, 15)])
    clinic.practice.offer("liam", every_half_hour(THURSDAY, range(10, 12)))
    near = clinic.near(around=LOST, other_practitioner_ids=["liam"])
    assert said(near) == [("mia", at(THURSDAY, 15)), ("liam", at(THURSDAY, 10)), ("liam", at(THURSDAY, 10, 30))]
    assert len(clinic.practice.calls) == 2


def test_many_practitioners_cost_two_calls_and_the_rest_is_known_from_browsing(clinic: Clinic) -> None:
    everybody = ["mia", "liam", "zara", "noah"]
    clinic.practice.offer("noah", [at(THURSDAY, 10, 30)])
    clinic.days(practitioner_ids=everybody)
    clinic.practice.calls.clear()
    clinic.clock.advance(minutes=10)
    assert said(clinic.near(around=LOST, practitioner_ids=everybody)) == [("noah", at(THURSDAY, 10, 30))]
    assert len(clinic.practice.calls) == 2


def test_a_practitioner_with_nothing_left_this_week_is_looked_up_in_the_next(clinic: Clinic) -> None:
    later = at(MONDAY + timedelta(days=8), 9)
    clinic.practice.offer("mia", [later])
    assert said(clinic.near(around=LOST)) == [("mia", later)]
    assert len(clinic.practice.calls) == 2


def test_the_nearest_keep_to_the_clinics_rules_and_to_what_nobody_holds(clinic: Clinic) -> None:
    clinic.practice.offer("mia", every_half_hour(THURSDAY, range(9, 12)))
    near = clinic.near(
        around=LOST,
        rules=Window(earliest_at=at(THURSDAY, 10), latest_day=THURSDAY),
        keep_free=lambda slots: [slot for slot in slots if slot.starts_at != LOST],
    )
    assert [slot.starts_at for slot in near] == [at(THURSDAY, 10, 30), at(THURSDAY, 11), at(THURSDAY, 11, 30)]


def test_while_cliniko_is_down_the_nearest_are_those_known(clinic: Clinic) -> None:
    clinic.practice.offer("mia", [at(THURSDAY, 11)])
    clinic.days()
    clinic.clock.advance(minutes=5)
    clinic.practice.is_down = True
    assert said(clinic.near(around=LOST)) == [("mia", at(THURSDAY, 11))]
    clinic.clock.advance(hours=25)
    with pytest.raises(RemoteFailure):
        clinic.near(around=LOST + timedelta(days=2))


def test_the_next_day_with_a_time_is_found_weeks_ahead(clinic: Clinic) -> None:
    first = MONDAY + timedelta(days=24)
    clinic.practice.offer("mia", [at(first, 9), at(first + timedelta(days=1), 9)])
    asked = clinic.ask(from_day=MONDAY)
    assert clinic.availability.next_after(**asked) == first
    assert len(clinic.practice.calls) == 4
    assert clinic.availability.next_after(**asked) == first
    assert len(clinic.practice.calls) == 4


def test_the_next_day_in_another_zone_is_the_locations_and_costs_one_call_more(clinic: Clinic) -> None:
    # 23:30 on Wednesday in Perth is Thursday already in the account's Adelaide.
    late = at(MONDAY + timedelta(days=16), 23, 30, zone="Australia/Perth")
    clinic.practice.offer("zara", [late], location_id="perth")
    asked = clinic.ask(location=PERTH, practitioner_ids=["zara"], from_day=MONDAY)
    assert clinic.availability.next_after(**asked) == MONDAY + timedelta(days=16)
    assert len(clinic.practice.calls) == 4


def test_a_day_whose_only_time_is_held_is_not_the_next(clinic: Clinic) -> None:
    clinic.practice.offer("mia", [at(THURSDAY, 9), at(THURSDAY + timedelta(days=1), 9)])
    found = clinic.availability.next_after(
        **clinic.ask(from_day=MONDAY, keep_free=lambda slots: [one for one in slots if one.starts_at.day != 25])
    )
    assert found == THURSDAY + timedelta(days=1)


def test_no_day_is_found_beyond_the_horizon_nor_looked_for(clinic: Clinic) -> None:
    clinic.practice.offer("mia", [at(MONDAY + timedelta(days=20), 9)])
    rules = Window(earliest_at=clinic.clock.now(), latest_day=MONDAY + timedelta(days=13))
    assert clinic.availability.next_after(**clinic.ask(from_day=MONDAY, rules=rules)) is None
    assert len(clinic.practice.calls) == 2


def test_what_was_learnt_near_a_lost_time_shows_in_the_week_at_once(clinic: Clinic) -> None:
    friday = at(THURSDAY + timedelta(days=1), 10)
    clinic.practice.offer("mia", [friday])
    assert sum(map(len, clinic.days())) == 1
    clinic.clock.advance(seconds=10)
    clinic.practice.take("mia", friday)
    clinic.near(around=friday)  # reads from Tuesday on, which overlaps the week read before
    assert sum(map(len, clinic.days())) == 0
