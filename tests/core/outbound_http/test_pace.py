"""Every vendor's limit, held against every way in which a network can delay requests and answers."""

import heapq
import itertools
import threading
import time
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking_app.core.outbound_http.pace import Pace, Paces, RequestLimit, Turns
from booking_app.crm.vendors.registered import SPECS

LIMITED = {name: spec.limit for name, spec in SPECS.items() if spec.limit is not None}
# What the vendors' documents allow: so many in so many seconds, or so many at once.
ALLOWED = {"hubspot": (100, 10.0), "gohighlevel": (100, 10.0), "activecampaign": (4.99, 1.0), "mailchimp": (10, 0.0)}
seconds = st.floats(0, 30, allow_nan=False, width=32)


@dataclass(frozen=True)
class Sent:
    left: float
    arrived: float
    answered: float


def played(limit: RequestLimit, wishes: list[tuple[float, float, float]]) -> list[Sent]:
    """What becomes of requests that are wanted at once or after a while, each delayed there and back as told."""
    turns, now, sent = Turns(limit), 0.0, list[Sent]()
    answers: list[tuple[float, int]] = []
    for pause, there, back in wishes:
        now += pause
        while True:
            while answers and answers[0][0] <= now:
                at, number = heapq.heappop(answers)
                turns.answered(number, at)
            wait = turns.wait(now)
            if wait == 0:
                break
            # Time goes on to the next thing that happens: an answer, or a place that becomes free.
            times = [now + wait] if wait is not None else []
            now = min([*times, *(at for at, _ in answers[:1])])
        number = turns.leave(now)
        sent.append(Sent(now, now + there, now + there + back))
        heapq.heappush(answers, (now + there + back, number))
    return sent


def most_within(times: list[float], span: float) -> int:
    """The most of some moments that lie in any half-open span of so many seconds."""
    return max(sum(first <= each < first + span for each in times) for first in times)


@pytest.mark.parametrize("vendor", list(LIMITED))
@given(
    wishes=st.lists(
        st.tuples(st.one_of(st.just(0.0), st.floats(0, 2, width=32)), seconds, seconds), min_size=1, max_size=250
    )
)
def test_no_delays_bring_more_requests_to_a_vendor_than_it_allows(
    vendor: str, wishes: list[tuple[float, float, float]]
) -> None:
    allowed, span = ALLOWED[vendor]
    sent = played(LIMITED[vendor], wishes)
    if span:
        assert most_within([each.arrived for each in sent], span) <= allowed
    else:
        assert all(sum(one.left <= each.left < one.answered for one in sent) <= allowed for each in sent)


@given(delays=st.lists(st.tuples(st.just(0.0), seconds, seconds), min_size=2, max_size=60))
def test_requests_to_activecampaign_never_leave_together(delays: list[tuple[float, float, float]]) -> None:
    left = [each.left for each in played(LIMITED["activecampaign"], delays)]
    assert all(later - earlier >= 0.2499 for earlier, later in itertools.pairwise(left))


def test_every_limit_is_known_here() -> None:
    assert set(LIMITED) == set(ALLOWED)


class Time:
    """A clock that only waiting moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now

    def wait_on(self, _condition: threading.Condition, wait: float | None) -> None:
        assert wait is not None
        self.now += wait


def pace(clock: Time, **limit: float) -> Pace:
    return Pace(RequestLimit(calls=int(limit.pop("calls")), **limit), monotonic=clock.monotonic, wait_on=clock.wait_on)


def test_a_turn_is_waited_for_as_long_as_there_is_patience() -> None:
    clock = Time()
    turns = pace(clock, calls=1, seconds=1.0)
    with turns.turn(0.5):
        clock.now += 0.25
    with pytest.raises(TimeoutError), turns.turn(0.5):
        pytest.fail("a second request within the second")
    with turns.turn(1.5):
        assert clock.now == 101.25


def test_a_request_that_is_under_way_keeps_its_place_until_it_is_answered() -> None:
    clock = Time()
    turns = pace(clock, calls=1, seconds=0.0)
    with turns.turn(1.0), pytest.raises(TimeoutError), turns.turn(0.0):
        pytest.fail("two at once")
    with turns.turn(0.0):
        pass


def test_a_request_that_fails_gives_its_place_back() -> None:
    turns = pace(Time(), calls=1, seconds=0.0)
    with pytest.raises(ZeroDivisionError), turns.turn(1.0):
        raise ZeroDivisionError
    with turns.turn(0.0):
        pass


def test_a_waiting_thread_goes_on_when_another_has_its_answer() -> None:
    turns = Paces(monotonic=time.monotonic).of("x", RequestLimit(calls=1, seconds=0.0))
    order: list[str] = []

    def second() -> None:
        with turns.turn(30.0):
            order.append("second")

    with turns.turn(1.0):
        waiting = threading.Thread(target=second)
        waiting.start()
        order.append("first")
    waiting.join(30)
    assert order == ["first", "second"]


def test_whoever_shares_a_name_shares_the_pace() -> None:
    paces, limit = Paces(monotonic=lambda: 0.0), RequestLimit(calls=1, seconds=1.0)
    assert paces.of("a", limit) is paces.of("a", limit)
    assert paces.of("a", limit) is not paces.of("b", limit)
