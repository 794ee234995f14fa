"""The arithmetic of the window: never more than the limit within its seconds, whenever one looks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking_app.crm.registry import shared_limit
from booking_app.crm.vendors.registered import SPECS
from booking_app.pms.rate_budget.records import CLINIKO, Limit, Priority
from booking_app.pms.rate_budget.window import Counts, Window

NOW = 1_795_000_000.0
WAITED_FOR, BACKGROUND = Priority.WAITED_FOR, Priority.BACKGROUND
SMALL = Limit(calls=10, seconds=60, kept=4, least=2)


def after(calls: int, priority: Priority, *, limit: Limit = SMALL, at: float = NOW, counts: Counts = ()) -> Counts:  # type: ignore[assignment]
    found = list(counts)
    for _ in range(calls):
        found = Window.at(limit, found, at).with_calls(priority, at)
    return found


def test_an_unused_window_has_room_for_everybody_but_the_others_share() -> None:
    window = Window.at(SMALL, [], NOW)
    assert (window.left(WAITED_FOR), window.left(BACKGROUND)) == (8, 6)


def test_background_work_leaves_room_for_those_who_are_waited_for() -> None:
    window = Window.at(SMALL, after(6, BACKGROUND), NOW)
    assert (window.left(WAITED_FOR), window.left(BACKGROUND)) == (4, 0)


def test_however_many_people_wait_a_little_background_work_goes_on() -> None:
    counts = after(8, WAITED_FOR)
    assert (Window.at(SMALL, counts, NOW).left(WAITED_FOR), Window.at(SMALL, counts, NOW).left(BACKGROUND)) == (0, 2)
    counts = after(2, BACKGROUND, counts=counts)
    assert Window.at(SMALL, counts, NOW).left(BACKGROUND) == Window.at(SMALL, counts, NOW).left(WAITED_FOR) == 0


def test_the_wait_ends_when_the_oldest_calls_are_forgotten() -> None:
    counts = after(4, WAITED_FOR, at=NOW)
    counts = after(4, WAITED_FOR, at=NOW + 30, counts=counts)
    now = NOW + 40
    wait = Window.at(SMALL, counts, now).wait(WAITED_FOR, now)
    assert wait == 21, "a minute after the first, and the second it fell into"
    assert Window.at(SMALL, counts, now + wait - 0.001).left(WAITED_FOR) == 0
    assert Window.at(SMALL, counts, now + wait).left(WAITED_FOR) == 4


def test_there_is_nothing_to_wait_for_where_there_is_room() -> None:
    assert Window.at(SMALL, after(7, WAITED_FOR), NOW).wait(WAITED_FOR, NOW) == 0


def test_counts_of_a_clock_that_went_back_lock_nobody_out() -> None:
    counts = after(10, BACKGROUND, at=NOW)
    assert Window.at(SMALL, counts, NOW - 3600).left(WAITED_FOR) == 8


SHARED = [shared_limit(spec.limit) for spec in SPECS.values() if spec.limit and spec.limit.seconds]


@pytest.mark.parametrize("limit", [SMALL, CLINIKO, *SHARED])
@given(steps=st.lists(st.tuples(st.floats(0, 3), st.sampled_from(Priority)), min_size=30, max_size=400))
def test_no_span_ever_holds_more_than_the_limit(limit: Limit, steps: list[tuple[float, Priority]]) -> None:
    counts, now, taken = list[list[int]](), NOW, list[tuple[float, Priority]]()
    for pause, priority in steps:
        now += pause * limit.seconds / limit.calls / 2
        if Window.at(limit, counts, now).left(priority):
            counts = Window.at(limit, counts, now).with_calls(priority, now)
            taken.append((now, priority))
    for start, _ in taken:
        within = [priority for at, priority in taken if start <= at <= start + limit.seconds]
        assert len(within) <= limit.calls
        assert within.count(BACKGROUND) <= max(limit.calls - limit.kept, limit.least)
        assert within.count(WAITED_FOR) <= limit.calls - limit.least


def test_every_limit_stays_below_what_is_allowed() -> None:
    assert CLINIKO.calls < 200
    assert CLINIKO.seconds == 60
    assert CLINIKO.kept > 0
    assert CLINIKO.least > 0


def test_work_that_can_wait_leaves_room_for_other_background_work() -> None:
    limit = Limit(calls=10, seconds=60, kept=4, least=2, unhurried=3)
    assert Window.at(limit, [], NOW).left(Priority.SPARE) == 3
    window = Window.at(limit, after(3, Priority.SPARE, limit=limit), NOW)
    assert (window.left(Priority.SPARE), window.left(BACKGROUND), window.left(WAITED_FOR)) == (0, 3, 7)
    crowded = Window.at(limit, after(8, WAITED_FOR, limit=limit), NOW)
    assert (crowded.left(Priority.SPARE), crowded.left(BACKGROUND)) == (0, 2), "the lowest is owed nothing"
