"""Five requests a second for a whole account: turns are waited for, and a 429 silences everybody here."""

from collections.abc import Callable

import pytest

from booking_app.core.failures import Failure, RemoteFailure
from booking_app.crm.vendors.activecampaign.pace import Pace, Paces
from tests.crm.vendors.activecampaign.conftest import Sandbox, refused


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def pace(time: Time, per_second: int = 4) -> Pace:
    return Pace(per_second=per_second, monotonic=time.monotonic, sleep=time.sleep)


def test_no_second_holds_more_requests_than_the_pace_allows() -> None:
    time = Time()
    turns = pace(time)
    left_at = []
    for _ in range(13):
        turns.wait(deadline=None)
        left_at.append(time.now)
    assert left_at[3] == 100.0
    assert all(later - earlier >= 1.0 for earlier, later in zip(left_at, left_at[4:], strict=False))
    assert left_at[-1] == 103.0


def test_a_turn_after_the_deadline_is_not_taken() -> None:
    time = Time()
    turns = pace(time, per_second=1)
    turns.wait(deadline=None)
    with pytest.raises(RemoteFailure) as caught:
        turns.wait(deadline=100.5)
    assert (caught.value.failure, caught.value.code) == (Failure.TRANSIENT, "activecampaign_out_of_time")
    turns.wait(deadline=101.5)
    assert time.now == 101.0


def test_nothing_leaves_until_the_account_may_be_asked_again() -> None:
    time = Time()
    turns = pace(time)
    turns.close(30.0)
    time.sleep(10.0)
    with pytest.raises(RemoteFailure) as caught:
        turns.wait(deadline=None)
    assert (caught.value.failure, caught.value.retry_after) == (Failure.RATE, 20.0)
    time.sleep(20.0)
    turns.wait(deadline=None)


def test_connections_of_one_account_share_a_pace_and_others_do_not() -> None:
    time = Time()
    paces = Paces(monotonic=time.monotonic, sleep=time.sleep)
    assert paces.of("https://a.api-us1.com") is paces.of("https://a.api-us1.com")
    assert paces.of("https://a.api-us1.com") is not paces.of("https://b.api-us1.com")


def test_a_limit_is_waited_for_as_long_as_the_account_says(sandbox: Sandbox) -> None:
    time = Time()
    vendor = sandbox.client(paces=Paces(monotonic=time.monotonic, sleep=time.sleep, per_second=1000))
    sandbox.fault("rate_limit", seconds=12, times=1)
    first, second = refused(vendor.whoami), refused(vendor.whoami)
    assert (first.failure, first.retry_after) == (second.failure, second.retry_after) == (Failure.RATE, 12)
    assert len(sandbox.wire.sent) == 1
    time.sleep(12)
    vendor.whoami()


def test_the_sixth_request_of_a_second_is_refused_and_the_pace_sends_none(sandbox: Sandbox) -> None:
    sandbox.server.control.set_knob(activecampaign_requests_per_second=5)
    hurried = sandbox.client()
    assert refused(lambda: [hurried.plan_schema() for _ in range(30)]).retry_after == 30
    time = Time()
    paced = sandbox.client(paces=Paces(monotonic=time.monotonic, sleep=_new_second(sandbox, time.sleep)))
    sandbox.server.control.world.activecampaign_rates.clear()
    assert len([paced.plan_schema() for _ in range(20)]) == 20


def _new_second(sandbox: Sandbox, sleep: Callable[[float], None]) -> Callable[[float], None]:
    """Time that passes at both ends without anybody waiting for it."""

    def pass_over(seconds: float) -> None:
        sandbox.server.control.world.activecampaign_rates.clear()
        sleep(seconds)

    return pass_over
