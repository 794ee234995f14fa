"""Taking calls: in time, in turn, and never beyond the limit, however many ask at once."""

import threading
import time
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from booking_app.core.clock import FixedClock, SystemClock
from booking_app.core.db import Database
from booking_app.core.failures import Failure
from booking_app.pms.rate_budget.budget import LONGEST_BLOCK_SECONDS, PATIENCE_SECONDS, Budget
from booking_app.pms.rate_budget.models import RequestBudget, RequestCount
from booking_app.pms.rate_budget.records import BudgetExhausted, Limit, Priority
from booking_app.pms.rate_budget.window import SLICES

KEY, OTHER = "au1:user:31", "au1:user:32"
WAITED_FOR, BACKGROUND = Priority.WAITED_FOR, Priority.BACKGROUND
LIMIT = Limit(calls=10, seconds=60, kept=4, least=2)


def use_up(budget: Budget, priority: Priority = WAITED_FOR, *, key: str = KEY) -> None:
    for _ in range(budget.left(key, LIMIT, priority)):
        budget.take(key, LIMIT, priority=priority)


def test_calls_within_the_limit_wait_for_nothing(budget: Budget, naps: list[float]) -> None:
    use_up(budget)
    assert naps == []
    assert budget.left(KEY, LIMIT) == 0


def test_a_call_beyond_the_limit_waits_in_small_naps_for_its_turn(
    budget: Budget, clock: FixedClock, naps: list[float]
) -> None:
    use_up(budget)
    clock.advance(seconds=55)
    budget.take(KEY, LIMIT, priority=WAITED_FOR, deadline=clock.monotonic() + 8)
    assert sum(naps) == pytest.approx(6)
    assert max(naps) <= 1


def test_a_call_whose_turn_comes_too_late_is_refused_at_once(
    budget: Budget, clock: FixedClock, naps: list[float]
) -> None:
    use_up(budget)
    clock.advance(seconds=50)
    with pytest.raises(BudgetExhausted) as raised:
        budget.take(KEY, LIMIT, priority=WAITED_FOR, deadline=clock.monotonic() + 8)
    assert (raised.value.failure, raised.value.code) == (Failure.RATE, "budget_exhausted")
    assert raised.value.retry_after == pytest.approx(11)
    assert naps == []


def test_a_refused_call_is_not_counted(budget: Budget, clock: FixedClock) -> None:
    use_up(budget)
    for _ in range(5):
        with pytest.raises(BudgetExhausted):
            budget.take(KEY, LIMIT, priority=WAITED_FOR, deadline=clock.monotonic() + 8)
    clock.advance(seconds=61)
    assert budget.left(KEY, LIMIT) == 8


def test_the_call_itself_needs_some_of_the_deadline(budget: Budget, clock: FixedClock) -> None:
    use_up(budget)
    clock.advance(seconds=55)
    with pytest.raises(BudgetExhausted):
        budget.take(KEY, LIMIT, priority=WAITED_FOR, deadline=clock.monotonic() + 6.5)


def test_a_task_does_not_wait_its_lease_away(budget: Budget, clock: FixedClock, naps: list[float]) -> None:
    use_up(budget, BACKGROUND)
    lease_ends = clock.monotonic() + 45
    clock.advance(seconds=61 - PATIENCE_SECONDS - 1)
    with pytest.raises(BudgetExhausted):
        budget.take(KEY, LIMIT, priority=BACKGROUND, deadline=lease_ends)
    assert naps == []


def test_background_work_without_a_deadline_waits_its_turn(
    budget: Budget, clock: FixedClock, naps: list[float]
) -> None:
    use_up(budget, BACKGROUND)
    budget.take(KEY, LIMIT, priority=BACKGROUND)
    assert sum(naps) == pytest.approx(61)


def test_people_find_room_where_background_work_finds_none(budget: Budget, clock: FixedClock) -> None:
    use_up(budget, BACKGROUND)
    with pytest.raises(BudgetExhausted):
        budget.take(KEY, LIMIT, priority=BACKGROUND, deadline=clock.monotonic() + 8)
    budget.take(KEY, LIMIT, priority=WAITED_FOR, deadline=clock.monotonic() + 8)


def test_one_users_calls_are_no_other_users(budget: Budget) -> None:
    use_up(budget)
    assert budget.left(OTHER, LIMIT) == 8


def test_a_limit_reached_elsewhere_stops_everybody_until_its_reset(
    budget: Budget, database: Database, clock: FixedClock
) -> None:
    budget.block(KEY, 30)
    another_process = Budget(database=database, clock=clock, pause=lambda _seconds: None)
    for priority in Priority:
        with pytest.raises(BudgetExhausted) as raised:
            another_process.take(KEY, LIMIT, priority=priority, deadline=clock.monotonic() + 8)
        assert raised.value.retry_after == 30
    assert another_process.left(KEY, LIMIT) == 0
    another_process.take(OTHER, LIMIT, priority=WAITED_FOR)
    clock.advance(seconds=30)
    another_process.take(KEY, LIMIT, priority=WAITED_FOR, deadline=clock.monotonic() + 8)


def test_a_block_is_never_shortened(budget: Budget, clock: FixedClock) -> None:
    budget.block(KEY, 30)
    budget.block(KEY, 2)
    with pytest.raises(BudgetExhausted) as raised:
        budget.take(KEY, LIMIT, priority=WAITED_FOR, deadline=clock.monotonic() + 8)
    assert raised.value.retry_after == 30


def test_no_answer_can_lock_a_clinic_out_for_hours(budget: Budget, clock: FixedClock) -> None:
    budget.block(KEY, 86_400)
    with pytest.raises(BudgetExhausted) as raised:
        budget.take(KEY, LIMIT, priority=WAITED_FOR, deadline=clock.monotonic() + 8)
    assert raised.value.retry_after == LONGEST_BLOCK_SECONDS


def test_old_calls_do_not_pile_up(budget: Budget, database: Database, clock: FixedClock) -> None:
    for _ in range(100):
        clock.advance(seconds=7)
        budget.take(KEY, LIMIT, priority=BACKGROUND)
    with database.reading() as session:
        assert len(session.get_one(RequestBudget, KEY).counts) <= 9


def test_a_vendor_that_counts_by_the_second_is_waited_for_briefly(
    budget: Budget, clock: FixedClock, naps: list[float]
) -> None:
    limit = Limit(calls=4, seconds=1)
    for _ in range(9):
        budget.take("connection:7", limit, priority=BACKGROUND, deadline=clock.monotonic() + 40)
    assert 2 <= sum(naps) < 2.2


def test_how_calls_ended_is_counted(budget: Budget, database: Database) -> None:
    for outcome in ("2xx", "2xx", "429"):
        budget.count("connection:7", outcome)
    budget.count("connection:8", "2xx")
    budget.close()
    budget.count("connection:8", "2xx")
    budget.close()
    with database.reading() as session:
        rows = {(row.key, row.outcome): row.total for row in session.query(RequestCount)}
    assert rows == {("connection:7", "2xx"): 2, ("connection:7", "429"): 1, ("connection:8", "2xx"): 2}


def test_many_who_ask_at_once_get_no_more_than_there_is(database_url: str, database: Database) -> None:
    """Four processes of four threads each, as far as the database can tell."""
    databases = [Database(database_url) for _ in range(4)]
    start, taken, refused = threading.Barrier(16), list[int](), list[int]()

    def ask(own: Database) -> None:
        clock = SystemClock()
        budget = Budget(database=own, clock=clock, pause=time.sleep)
        start.wait()
        for number in range(3):
            try:
                budget.take(KEY, LIMIT, priority=WAITED_FOR, deadline=clock.monotonic() + 2)
                taken.append(number)
            except BudgetExhausted:
                refused.append(number)

    threads = [threading.Thread(target=ask, args=(databases[number % 4],)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for own in databases:
        own.dispose()
    assert (len(taken), len(refused)) == (8, 40)


CONFIRM_AND_BROWSE = Limit(calls=40, seconds=60, kept=12, least=4, reserved=10, at_once=4, ahead=2.0)


def test_browsing_cannot_take_what_confirming_needs(budget: Budget, clock: FixedClock) -> None:
    for _ in range(100):
        with suppress(BudgetExhausted):
            budget.take(KEY, CONFIRM_AND_BROWSE, priority=Priority.BROWSING, deadline=clock.monotonic() + 8)
    assert budget.left(KEY, CONFIRM_AND_BROWSE, Priority.BROWSING) == 0
    for _ in range(10):
        budget.take(KEY, CONFIRM_AND_BROWSE, priority=WAITED_FOR, deadline=clock.monotonic() + 8)
    for _ in range(4):
        budget.take(KEY, CONFIRM_AND_BROWSE, priority=BACKGROUND, deadline=clock.monotonic() + 8)


def test_several_calls_are_taken_with_one_write(budget: Budget, database: Database) -> None:
    budget.take(KEY, CONFIRM_AND_BROWSE, priority=WAITED_FOR)
    statements: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    for _ in range(3):
        budget.take(KEY, CONFIRM_AND_BROWSE, priority=WAITED_FOR)
    assert statements == []
    budget.take(KEY, CONFIRM_AND_BROWSE, priority=WAITED_FOR)
    assert any("request_budget" in one for one in statements)


def test_calls_taken_ahead_are_made_soon_or_not_at_all(budget: Budget, clock: FixedClock) -> None:
    budget.take(KEY, CONFIRM_AND_BROWSE, priority=WAITED_FOR)
    left = budget.left(KEY, CONFIRM_AND_BROWSE)
    clock.advance(seconds=2)
    budget.take(KEY, CONFIRM_AND_BROWSE, priority=WAITED_FOR)
    assert budget.left(KEY, CONFIRM_AND_BROWSE) == left - 4


def test_a_limit_reached_elsewhere_takes_back_what_was_taken_ahead(budget: Budget, clock: FixedClock) -> None:
    budget.take(KEY, CONFIRM_AND_BROWSE, priority=WAITED_FOR)
    budget.block(KEY, 30)
    with pytest.raises(BudgetExhausted):
        budget.take(KEY, CONFIRM_AND_BROWSE, priority=WAITED_FOR, deadline=clock.monotonic() + 8)


def test_a_row_that_an_older_release_wrote_is_read(budget: Budget, database: Database, clock: FixedClock) -> None:
    number = int(clock.now().timestamp() / (LIMIT.seconds / SLICES))
    with database.begin() as session:
        session.add(RequestBudget(key=KEY, counts=[[number, 5, 1]]))
    assert budget.left(KEY, LIMIT) == 3


@given(
    steps=st.lists(
        st.tuples(st.floats(0, 4), st.integers(0, 2), st.sampled_from([WAITED_FOR, Priority.BROWSING, BACKGROUND])),
        min_size=40,
        max_size=160,
    ),
    key=st.uuids(),
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_three_processes_that_take_ahead_never_call_more_than_the_limit_in_any_minute(
    database: Database, clock: FixedClock, steps: list[tuple[float, int, Priority]], key: object
) -> None:
    processes = [Budget(database=database, clock=clock, pause=lambda _seconds: None) for _ in range(3)]
    made: list[float] = []
    for pause, process, priority in steps:
        clock.advance(seconds=pause / 2)
        for _ in range(3):
            with suppress(BudgetExhausted):
                deadline = clock.monotonic() + 1  # no time to wait
                processes[process].take(str(key), CONFIRM_AND_BROWSE, priority=priority, deadline=deadline)
                made.append(clock.monotonic())
    for start in made:
        assert sum(start <= at <= start + 60 for at in made) <= CONFIRM_AND_BROWSE.calls
