"""An account that does not answer holds up its own visitors for some seconds, and nobody else's at all."""

from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import date
from threading import Event
from typing import Any

import pytest

from booking_app.availability import availability, lanes
from booking_app.availability.records import SlotWeek
from booking_app.core.failures import RemoteFailure
from tests.availability.conftest import Clinic, at
from tests.availability.fakes import FakePractice

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
TWELVE = [f"practitioner-{number}" for number in range(12)]
LONG = 30.0  # never waited for: a test that fails ends by it


@pytest.fixture
def answers(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """Set: the practice answers. Until then it lets everybody wait."""
    monkeypatch.setattr(lanes, "QUICK_SECONDS", 0.1)
    answers = Event()
    clinic.practice.while_asked = lambda: answers.wait(LONG) and None
    yield answers
    answers.set()
    clinic.availability.close()


@pytest.fixture
def visitors() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(32) as pool:
        yield pool


def looking(visitors: ThreadPoolExecutor, clinic: Clinic, **changed: Any) -> "Future[SlotWeek]":
    asked = clinic.ask(from_day=MONDAY) | changed
    return visitors.submit(lambda: clinic.availability.week(**asked))


def neighbour(clinic: Clinic) -> dict[str, Any]:
    practice = FakePractice(clock=clinic.clock, zone="Australia/Adelaide")
    practice.offer("zara", [at(TUESDAY, 9)])
    return {"practice": practice, "account_key": "au1-other", "practitioner_ids": ["zara"]}


def test_a_neighbours_times_come_while_an_account_of_twelve_stalls(
    clinic: Clinic, answers: Event, visitors: ThreadPoolExecutor
) -> None:
    stalled = [looking(visitors, clinic, practitioner_ids=TWELVE, service_id=f"s{n}") for n in range(8)]
    assert len(looking(visitors, clinic, **neighbour(clinic)).result(LONG).days[1].slots) == 1
    assert not answers.is_set()
    answers.set()
    wait(stalled)


def test_a_look_at_twelve_ends_at_its_deadline(
    clinic: Clinic, answers: Event, visitors: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(availability, "LOOKING_SECONDS", 0.2)
    with pytest.raises(RemoteFailure, match="availability_late"):
        looking(visitors, clinic, practitioner_ids=TWELVE).result(LONG)
    assert not answers.is_set()


def test_no_more_than_two_visitors_wait_for_a_slow_account(
    clinic: Clinic, answers: Event, visitors: ThreadPoolExecutor
) -> None:
    waiting = {looking(visitors, clinic, service_id=f"s{number}") for number in range(6)}
    refused = set[Future[SlotWeek]]()
    while len(refused) < 4:
        done, _ = wait(waiting - refused, LONG, FIRST_COMPLETED)
        assert done
        refused |= done
    assert all(isinstance(one.exception(), RemoteFailure) for one in refused)
    assert not any(one.done() for one in waiting - refused)
    with pytest.raises(RemoteFailure, match="availability_slow"):
        looking(visitors, clinic, service_id="another").result(LONG)
    answers.set()
    assert all(one.exception(LONG) is None for one in waiting - refused)


def test_an_account_that_answers_again_is_waited_for_by_everybody(
    clinic: Clinic, answers: Event, visitors: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(availability, "LOOKING_SECONDS", 0.2)
    with pytest.raises(RemoteFailure):
        looking(visitors, clinic).result(LONG)
    answers.set()
    clinic.clock.advance(seconds=10)
    monkeypatch.setattr(availability, "LOOKING_SECONDS", LONG)
    monkeypatch.setattr(lanes, "QUICK_SECONDS", LONG)
    clinic.practice.offer("mia", [at(TUESDAY, 9)])
    assert looking(visitors, clinic, service_id="physio").result(LONG)
    many = [looking(visitors, clinic, service_id=f"s{number}") for number in range(12)]
    assert all(one.exception(LONG) is None for one in many)


def test_what_an_account_answers_late_is_known_to_the_next_visitor(
    clinic: Clinic, answers: Event, visitors: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(availability, "LOOKING_SECONDS", 0.2)
    clinic.practice.offer("mia", [at(TUESDAY, 9)])
    with pytest.raises(RemoteFailure):
        looking(visitors, clinic).result(LONG)
    answers.set()
    monkeypatch.setattr(availability, "LOOKING_SECONDS", LONG)
    assert len(looking(visitors, clinic).result(LONG).days[1].slots) == 1
    assert len(clinic.practice.calls) == 1
