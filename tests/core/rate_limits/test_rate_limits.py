"""How much passes a limit: what it says, over all processes together, and again after a while."""

import threading
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event, func, select

from booking_app.core.clock import FixedClock
from booking_app.core.db import Base, Database
from booking_app.core.rate_limits.models import RateCount
from booking_app.core.rate_limits.rate_limits import RateLimits
from booking_app.core.rate_limits.rates import Rate, RateInvalid, Rule, read_rates

FIVE = Rule("posts", "somebody", Rate(5, 60))
HOURLY = Rule("posts", "somebody", Rate(8, 3600))


def passed(limits: RateLimits, *rules: Rule, tries: int = 20) -> int:
    return sum(limits.hit(*rules) == 0 for _ in range(tries))


def test_as_many_pass_as_the_rate_says(limits: RateLimits) -> None:
    assert passed(limits, FIVE) == 5


def test_others_are_counted_apart(limits: RateLimits) -> None:
    passed(limits, FIVE)
    assert limits.hit(Rule("posts", "another", Rate(5, 60))) == 0
    assert limits.hit(Rule("codes", "somebody", Rate(5, 60))) == 0


def test_after_the_wait_that_is_told_one_more_passes(limits: RateLimits, clock: FixedClock) -> None:
    passed(limits, FIVE, tries=5)
    wait = limits.hit(FIVE)
    assert 0 < wait <= 120
    clock.advance(seconds=wait - 2)
    assert limits.hit(FIVE) > 0
    clock.advance(seconds=2.5)
    assert limits.hit(FIVE) == 0


def test_whoever_goes_on_trying_waits_no_longer_for_it(
    limits: RateLimits, database: Database, clock: FixedClock
) -> None:
    passed(limits, FIVE, tries=5)
    others = [RateLimits(database, clock) for _ in range(30)]  # each has to look for itself
    assert all(one.hit(FIVE) > 0 for one in others)
    clock.advance(seconds=121)
    assert passed(limits, FIVE) == 5


def test_the_strictest_rule_decides(limits: RateLimits, clock: FixedClock) -> None:
    assert passed(limits, FIVE, HOURLY) == 5
    clock.advance(seconds=121)
    assert passed(limits, FIVE, HOURLY) == 3


def test_a_request_of_several_rules_is_one_statement(limits: RateLimits, database: Database) -> None:
    statements: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    limits.hit(FIVE, HOURLY)
    assert len([one for one in statements if "rate_count" in one]) == 1


def test_whoever_floods_us_is_refused_without_a_look_at_the_database(limits: RateLimits, database: Database) -> None:
    passed(limits, FIVE)
    statements: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    assert passed(limits, FIVE, tries=100) == 0
    assert statements == []


def test_a_generous_limit_is_written_now_and_then_only(limits: RateLimits, database: Database) -> None:
    generous = Rule("posts", "somebody", Rate(120, 60))
    statements: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    assert passed(limits, generous, tries=100) == 100
    assert len([one for one in statements if "rate_count" in one]) == 20
    assert passed(limits, generous, tries=100) == 20


def test_four_processes_together_let_through_what_one_may(
    database_url: str, database: Database, clock: FixedClock
) -> None:
    databases = [Database(database_url) for _ in range(4)]
    start, let_through = threading.Barrier(16), list[float]()

    def press(own: RateLimits) -> None:
        start.wait()
        let_through.extend(wait for wait in (own.hit(FIVE) for _ in range(3)) if wait == 0)

    processes = [RateLimits(own, clock) for own in databases]
    threads = [threading.Thread(target=press, args=(processes[number % 4],)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for own in databases:
        own.dispose()
    assert len(let_through) == 5


@pytest.fixture(scope="module")
def one_database(tmp_path_factory: pytest.TempPathFactory) -> Database:
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('limits') / 'booking.sqlite3'}")
    Base.metadata.create_all(database.engine, tables=[Base.metadata.tables["rate_count"]])
    return database


@given(calls=st.integers(1, 60), steps=st.lists(st.integers(0, 30), min_size=1, max_size=60), who=st.uuids())
@settings(max_examples=40, deadline=None)
def test_no_pattern_passes_twice_the_rate_in_a_window_nor_much_more_than_it_in_the_long_run(
    one_database: Database, calls: int, steps: list[int], who: object
) -> None:
    clock = FixedClock(datetime(2026, 11, 21, 9, 0, 17, tzinfo=UTC))
    limits = RateLimits(one_database, clock)
    rule, at, times = Rule("p", str(who), Rate(calls, 60)), 0, list[int]()
    for step in steps:
        clock.advance(seconds=step)
        at += step
        times += [at] * passed(limits, rule, tries=20)
    for begin in times:
        assert sum(begin <= one < begin + 60 for one in times) <= 2 * calls
    assert len(times) <= calls * (at / 60 + 2)


def test_what_means_nothing_any_more_is_forgotten(limits: RateLimits, database: Database, clock: FixedClock) -> None:
    limits.hit(FIVE, HOURLY)
    clock.advance(minutes=10)
    limits.forget()
    with database.reading() as session:
        assert session.scalars(select(RateCount.key)).all() == [HOURLY.key]
    clock.advance(hours=3)
    limits.forget()
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(RateCount)) == 0


def test_rates_are_read_from_words() -> None:
    assert read_rates("30 per 5 minutes; 200 per day") == (Rate(30, 300), Rate(200, 86_400))


@pytest.mark.parametrize(
    "text", ["", "10", "ten per hour", "0 per hour", "10 per 0 hours", "10 per hour;", "9999999 per day"]
)
def test_what_names_no_rate_is_refused(text: str) -> None:
    with pytest.raises(RateInvalid, match="10 per hour"):
        read_rates(text)
