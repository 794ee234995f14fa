"""Weeks of times: their days, their age, and how often Cliniko is asked for them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier, Event

import pytest

from booking_app.availability.availability import MOST_CALLS, Availability
from booking_app.availability.cache import LEASE
from booking_app.availability.models import SlotWindow
from booking_app.availability.records import Slot, Window
from booking_app.core.clock import FixedClock
from booking_app.core.failures import RemoteFailure
from tests.availability.conftest import PERTH, Clinic, at, every_half_hour

MONDAY = date(2026, 11, 23)
TUESDAY = date(2026, 11, 24)


def test_a_week_has_seven_days_of_the_location_and_a_slot_as_long_as_the_service(clinic: Clinic) -> None:
    clinic.practice.offer("mia", [at(TUESDAY, 9)])
    week = clinic.availability.week(**clinic.ask(from_day=MONDAY))
    assert [day.day for day in week.days] == [MONDAY + timedelta(days=step) for step in range(7)]
    assert week.days[1].slots == (
        Slot(
            starts_at=at(TUESDAY, 9),
            ends_at=at(TUESDAY, 9, 30),
            practitioner_id="mia",
            location_id="adelaide",
            service_id="physio",
        ),
    )
    assert [day.slots for day in week.days if day.day != TUESDAY] == [()] * 6
    assert (week.as_of, week.is_stale) == (clinic.clock.now(), False)


def test_a_week_in_the_accounts_zone_is_one_call_a_practitioner(clinic: Clinic) -> None:
    clinic.days(practitioner_ids=["mia", "liam", "zara"])
    assert sorted(clinic.practice.calls) == [
        (who, MONDAY, MONDAY + timedelta(days=6)) for who in ("liam", "mia", "zara")
    ]


def test_a_week_in_another_zone_is_two_calls_a_practitioner_and_each_further_week_one(clinic: Clinic) -> None:
    morning = every_half_hour(TUESDAY, range(2), PERTH.time_zone)
    clinic.practice.offer("zara", morning, location_id="perth")
    assert clinic.days(location=PERTH, practitioner_ids=["zara"], from_day=TUESDAY)[0] == morning
    assert len(clinic.practice.calls) == 2
    clinic.days(location=PERTH, practitioner_ids=["zara"], from_day=TUESDAY + timedelta(days=7))
    assert len(clinic.practice.calls) == 3


def test_a_thousand_visitors_cost_what_one_does(clinic: Clinic) -> None:
    clinic.practice.offer("mia", every_half_hour(TUESDAY, range(9, 17)))
    first = clinic.days()
    with ThreadPoolExecutor(8) as visitors:
        seen = list(visitors.map(lambda _: clinic.days(), range(1000)))
    assert all(days == first for days in seen)
    assert len(clinic.practice.calls) == 1


def test_visitors_who_come_at_once_wait_for_the_one_who_asks(clinic: Clinic) -> None:
    clinic.practice.offer("mia", [at(TUESDAY, 9)])
    all_there, asked = Barrier(6), Event()
    clinic.practice.while_asked = lambda: asked.wait(0.1) and None  # the others arrive meanwhile

    def visit(_: int) -> int:
        all_there.wait()
        return sum(map(len, clinic.days()))

    with ThreadPoolExecutor(6) as visitors:
        assert list(visitors.map(visit, range(6))) == [1] * 6
    assert len(clinic.practice.calls) == 1


def test_after_a_minute_cliniko_is_asked_again(clinic: Clinic) -> None:
    clinic.practice.offer("mia", [at(TUESDAY, 9)])
    clinic.days()
    clinic.clock.advance(seconds=59)
    clinic.days()
    assert len(clinic.practice.calls) == 1
    clinic.clock.advance(seconds=2)
    clinic.practice.take("mia", at(TUESDAY, 9))
    assert sum(map(len, clinic.days())) == 0
    assert len(clinic.practice.calls) == 2


def test_a_time_that_is_past_by_now_is_not_shown_from_the_cache(clinic: Clinic) -> None:
    clinic.practice.offer("mia", [clinic.clock.now() + timedelta(seconds=10)])
    assert sum(map(len, clinic.days())) == 1
    clinic.clock.advance(seconds=30)
    assert sum(map(len, clinic.days())) == 0
    assert len(clinic.practice.calls) == 1


def test_another_process_reads_what_the_first_has_read(clinic: Clinic) -> None:
    clinic.practice.offer("mia", [at(TUESDAY, 9)])
    clinic.days()
    clinic.availability = Availability(clinic.database, clinic.clock)
    assert sum(map(len, clinic.days())) == 1
    assert len(clinic.practice.calls) == 1


def lease_to_another_process(clinic: Clinic) -> None:
    with clinic.database.begin() as session:
        session.add(
            SlotWindow(
                account_key="au1-31001",
                location_id="adelaide",
                service_id="physio",
                practitioner_id="mia",
                first_day=MONDAY,
                fetching_until=clinic.clock.now() + LEASE,
            )
        )


def test_a_process_waits_for_the_answer_of_another(clinic: Clinic) -> None:
    lease_to_another_process(clinic)
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            with clinic.database.begin() as session:
                row = session.query(SlotWindow).one()
                row.starts, row.fetched_at = [int(at(TUESDAY, 9).timestamp())], clinic.clock.now()
                row.fetching_until = None

    clinic.availability = Availability(clinic.database, clinic.clock, pause)
    assert clinic.days()[1] == [at(TUESDAY, 9)]
    assert clinic.practice.calls == []
    assert len(pauses) == 3


def test_a_process_that_died_while_asking_is_waited_for_no_longer_than_its_lease(clinic: Clinic) -> None:
    lease_to_another_process(clinic)
    clinic.practice.offer("mia", [at(TUESDAY, 9)])
    assert clinic.days()[1] == [at(TUESDAY, 9)]
    assert len(clinic.practice.calls) == 1


def test_while_cliniko_is_down_the_last_days_answer_is_shown_and_marked(clinic: Clinic) -> None:
    clinic.practice.offer("mia", [at(TUESDAY, 9)])
    read_at = clinic.clock.now()
    clinic.days()
    clinic.practice.is_down = True
    clinic.clock.advance(hours=20)
    week = clinic.availability.week(**clinic.ask(from_day=TUESDAY))
    assert [slot.starts_at for slot in week.days[0].slots] == [at(TUESDAY, 9)]
    assert (week.as_of, week.is_stale) == (read_at, True)


def test_a_failure_with_nothing_to_show_is_raised_and_not_repeated_for_the_next_visitor(clinic: Clinic) -> None:
    clinic.practice.is_down = True
    for _ in range(3):
        with pytest.raises(RemoteFailure, match="cliniko_503"):
            clinic.days()
    assert len(clinic.practice.calls) == 1
    clinic.clock.advance(seconds=6)
    clinic.practice.is_down = False
    assert clinic.days() == [[]] * 7


def test_one_practitioner_who_cannot_be_read_does_not_hide_the_others(clinic: Clinic) -> None:
    clinic.practice.offer("liam", [at(TUESDAY, 9)])
    clinic.practice.down_for = frozenset({"mia"})
    week = clinic.availability.week(**clinic.ask(practitioner_ids=["mia", "liam"], from_day=MONDAY))
    assert [slot.practitioner_id for slot in week.days[1].slots] == ["liam"]
    assert week.is_stale


def test_the_lease_is_given_up_when_asking_fails(clinic: Clinic) -> None:
    clinic.practice.is_down = True
    with pytest.raises(RemoteFailure):
        clinic.days()
    with clinic.database.reading() as session:
        assert session.query(SlotWindow).one().fetching_until is None


def test_any_practitioner_is_the_first_of_the_clinics_order_who_is_free(clinic: Clinic) -> None:
    clinic.practice.offer("mia", [at(TUESDAY, 10), at(TUESDAY, 11)])
    clinic.practice.offer("liam", [at(TUESDAY, 9), at(TUESDAY, 10)])
    week = clinic.availability.week(**clinic.ask(practitioner_ids=["mia", "liam"], from_day=MONDAY))
    assert [(slot.starts_at, slot.practitioner_id) for slot in week.days[1].slots] == [
        (at(TUESDAY, 9), "liam"),
        (at(TUESDAY, 10), "mia"),
        (at(TUESDAY, 11), "mia"),
    ]


def test_a_time_held_with_one_practitioner_is_offered_with_another(clinic: Clinic) -> None:
    for who in ("mia", "liam"):
        clinic.practice.offer(who, [at(TUESDAY, 10)])
    week = clinic.availability.week(
        **clinic.ask(
            practitioner_ids=["mia", "liam"],
            from_day=MONDAY,
            keep_free=lambda slots: [slot for slot in slots if slot.practitioner_id != "mia"],
        )
    )
    assert [slot.practitioner_id for slot in week.days[1].slots] == ["liam"]


def test_the_clinics_rules_cut_both_ends_and_save_calls(clinic: Clinic) -> None:
    clinic.practice.offer("mia", [at(MONDAY, 10), at(TUESDAY, 8), at(TUESDAY, 10), at(MONDAY + timedelta(days=3), 9)])
    rules = Window(earliest_at=at(TUESDAY, 9), latest_day=TUESDAY + timedelta(days=1))
    assert clinic.days(rules=rules)[:4] == [[], [at(TUESDAY, 10)], [], []]
    assert clinic.days(rules=rules, from_day=MONDAY + timedelta(days=7)) == [[]] * 7
    assert len(clinic.practice.calls) == 1


def test_late_in_the_day_of_a_western_location_the_account_is_never_asked_for_its_yesterday(clinic: Clinic) -> None:
    # Monday 22:00 in Perth is Tuesday 0:30 in Adelaide: Cliniko counts Tuesday and refuses Monday.
    clock = FixedClock(at(MONDAY, 22, zone="Australia/Perth"))
    clinic.clock = clinic.practice.clock = clock
    clinic.availability = Availability(clinic.database, clock)
    late = at(MONDAY, 23, zone="Australia/Perth")
    clinic.practice.offer("zara", [late], location_id="perth")
    assert clinic.days(location=PERTH, practitioner_ids=["zara"])[0] == [late]
    assert clinic.practice.calls[0][1] == TUESDAY


def test_a_live_look_is_one_call_around_the_day_and_never_from_the_cache(clinic: Clinic) -> None:
    clinic.practice.offer("mia", [at(TUESDAY, 9)])
    clinic.days()
    asked = {
        "practice": clinic.practice,
        "account_key": "au1-31001",
        "location": clinic.ask()["location"],
        "practitioner_id": "mia",
        "service_id": "physio",
        "starts_at": at(TUESDAY, 9),
        "account_time_zone": "Australia/Adelaide",
    }
    assert clinic.availability.live(**asked) is True
    clinic.practice.take("mia", at(TUESDAY, 9))
    assert clinic.availability.live(**asked) is False
    assert clinic.practice.calls[1:] == [("mia", MONDAY, TUESDAY + timedelta(days=1))] * 2
    assert clinic.availability.live(**asked | {"starts_at": at(MONDAY - timedelta(days=1), 9)}) is False
    assert len(clinic.practice.calls) == 3


def test_a_live_look_finds_a_start_although_the_accounts_zone_was_assumed_wrongly(clinic: Clinic) -> None:
    early = at(TUESDAY + timedelta(days=1), 6)  # still Tuesday in London
    clinic.practice.offer("mia", [early])
    assert clinic.availability.live(
        practice=clinic.practice,
        account_key="au1-31001",
        location=clinic.ask()["location"],
        practitioner_id="mia",
        service_id="physio",
        starts_at=early,
        account_time_zone="Europe/London",
    )


def test_what_is_older_than_a_day_is_forgotten(clinic: Clinic) -> None:
    clinic.days()
    clinic.clock.advance(hours=25)
    clinic.days(from_day=TUESDAY, practitioner_ids=["liam"])
    with clinic.database.reading() as session:
        assert [row.practitioner_id for row in session.query(SlotWindow)] == ["liam"]


SIXTY = [f"practitioner-{number:02}" for number in range(60)]


def test_a_page_of_sixty_practitioners_is_filled_a_share_at_a_time_those_free_before_first(clinic: Clinic) -> None:
    clinic.practice.offer("practitioner-55", [at(TUESDAY, 9)])
    clinic.days(practitioner_ids=["practitioner-55", "practitioner-01"])
    clinic.clock.advance(minutes=6)  # too old to be shown, new enough to say who was free
    clinic.practice.calls.clear()
    asked = clinic.ask(from_day=MONDAY, practitioner_ids=SIXTY)
    first = clinic.availability.week(**asked)
    assert len(clinic.practice.calls) == MOST_CALLS
    assert "practitioner-55" in {who for who, _, _ in clinic.practice.calls}
    assert first.has_more
    assert not first.is_stale
    assert [slot.practitioner_id for slot in first.days[1].slots] == ["practitioner-55"]
    looks = 1
    while clinic.availability.week(**asked).has_more:
        looks += 1
        assert len(clinic.practice.calls) <= MOST_CALLS * (looks + 1)
    assert len(clinic.practice.calls) == 60
    assert looks + 1 == 60 / MOST_CALLS


def nothing_allowed(_calls: int) -> int:
    return 0


def test_a_visitor_who_may_not_have_cliniko_asked_sees_times_up_to_five_minutes_old_with_their_age(
    clinic: Clinic,
) -> None:
    clinic.practice.offer("mia", [at(TUESDAY, 9), at(TUESDAY, 10)])
    clinic.days()
    read_at = clinic.clock.now()
    clinic.clock.advance(minutes=4)
    asked = clinic.ask(
        from_day=MONDAY, allow=nothing_allowed,
        keep_free=lambda slots: [slot for slot in slots if slot.starts_at != at(TUESDAY, 9)],
    )  # fmt: skip
    week = clinic.availability.week(**asked)
    assert [slot.starts_at for slot in week.days[1].slots] == [at(TUESDAY, 10)], "what is held is not shown"
    assert (week.as_of, week.is_stale, week.has_more) == (read_at, True, False)
    assert len(clinic.practice.calls) == 1
    clinic.clock.advance(minutes=2)
    with pytest.raises(RemoteFailure, match="visitor_limit"):
        clinic.availability.week(**asked)


def test_where_the_budget_is_used_up_times_are_no_older_than_five_minutes_either(clinic: Clinic) -> None:
    clinic.practice.offer("mia", [at(TUESDAY, 9)])
    clinic.days()
    clinic.practice.is_out_of_budget = True
    clinic.clock.advance(minutes=4)
    week = clinic.availability.week(**clinic.ask(from_day=MONDAY))
    assert (len(week.days[1].slots), week.is_stale) == (1, True)
    clinic.clock.advance(minutes=2)
    with pytest.raises(RemoteFailure, match="budget_exhausted"):
        clinic.days()


def test_a_time_found_gone_disappears_from_every_list_at_once(clinic: Clinic) -> None:
    clinic.practice.offer("mia", [at(TUESDAY, 9), at(TUESDAY, 10)])
    clinic.days()
    clinic.practice.take("mia", at(TUESDAY, 9))
    assert not clinic.availability.live(
        practice=clinic.practice,
        account_key="au1-31001",
        location=clinic.ask()["location"],
        practitioner_id="mia",
        service_id="physio",
        starts_at=at(TUESDAY, 9),
        account_time_zone="Australia/Adelaide",
    )
    week = clinic.availability.week(**clinic.ask(from_day=MONDAY, allow=nothing_allowed))
    assert [slot.starts_at for slot in week.days[1].slots] == [at(TUESDAY, 10)]
    assert clinic.days()[1] == [at(TUESDAY, 10)]


def test_a_thousand_visitors_of_ten_practitioners_cost_forty_calls_a_minute_at_most(clinic: Clinic) -> None:
    ten = [f"p{number}" for number in range(10)]
    for number in range(1000):
        clinic.clock.advance(seconds=0.06)
        clinic.days(practitioner_ids=ten if number % 2 else [ten[number % 10]])
    assert len(clinic.practice.calls) <= 40
