"""What each class of failure leads to."""

from datetime import timedelta

import pytest

from booking_app.core.failures import Failure, RemoteFailure
from booking_app.tasks.policy import LONGEST_WAIT, WAITS, judge


def seconds(failure: Failure, attempts: int, retry_after: float | None = None) -> float | None:
    wait = judge(RemoteFailure("x", failure=failure, retry_after=retry_after), attempts).wait
    return None if wait is None else wait.total_seconds()


def test_waits_only_grow_and_last_two_days_in_all() -> None:
    assert list(WAITS) == sorted(WAITS)
    assert timedelta(days=1) < sum(WAITS, timedelta()) < timedelta(days=3)


@pytest.mark.parametrize("failure", list(Failure))
def test_every_class_has_a_verdict(failure: Failure) -> None:
    verdict = judge(RemoteFailure("x", failure=failure), 1)
    assert verdict.pauses_connection is (failure is Failure.AUTH)
    assert verdict.is_done is (failure is Failure.CONSENT)
    assert verdict.counts is (failure is not Failure.RATE)


def test_an_unknown_outcome_is_looked_up_soon_and_then_ever_later() -> None:
    assert [seconds(Failure.UNKNOWN_OUTCOME, attempts) for attempts in (1, 2, 3, 4)] == [2, 2, 30, 120]


def test_a_remote_is_not_obeyed_beyond_a_day() -> None:
    assert seconds(Failure.RATE, 1, retry_after=10**9) == LONGEST_WAIT.total_seconds()
    assert seconds(Failure.TRANSIENT, 1, retry_after=-5) == WAITS[0].total_seconds()
