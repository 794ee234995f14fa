"""Days at random against the sandbox by real HTTP, where faults meet the calls themselves and processes restart.

Few and derandomised: `test_days.py` goes through many more, over a practice in memory. BOOKING_TEST_RANDOM=1 looks at
other days.
"""

import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule
from hypothesis.stateful import run_state_machine_as_test as run_days

from booking_app.bookings.errors import BookingError
from booking_app.bookings.models import BookingState
from booking_app.bookings.records import PatientDetails
from booking_app.intake import documents
from booking_sandbox.server import SandboxServer
from tests.bookings.conftest import SIGNATURE, details, evidence
from tests.stateful.sandbox_day import SandboxDay, check_always, check_end

IS_RANDOM = bool(os.environ.get("BOOKING_TEST_RANDOM"))
DAYS = settings(
    max_examples=40 if IS_RANDOM else 9,
    stateful_step_count=14,
    deadline=None,
    derandomize=not IS_RANDOM,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
PEOPLE = ({}, {"first_name": "Otto", "email": "otto.quill@example.com"})
PATHS = ("/patients", "/individual_appointments", "/conflicts", "/patient_forms", "/patient_attachments", "/contacts")
FAULTS: tuple[dict[str, Any], ...] = (
    {"kind": "drop_before"},
    {"kind": "drop_after"},
    {"kind": "status", "status": 503},
    {"kind": "status", "status": 502, "after_commit": True},
    {"kind": "malformed", "body": "html"},
    {"kind": "rate_limit", "seconds": 5},
)
slots = st.integers(0, 2)
seen = Counter[str]()  # what became of the bookings of all days, and how many calls were met by a fault


class RandomSandboxDay(RuleBasedStateMachine):
    """Some rules weigh more than others: patients and workers are common, an outage is rarer."""

    sandbox: SandboxServer
    drafts = Bundle("drafts")

    @initialize(target=drafts, fault=st.sampled_from(FAULTS), path=st.sampled_from(PATHS))
    def open_the_clinic(self, fault: dict[str, Any], path: str) -> object:
        """Each day begins with a patient whose booking meets a fault."""
        self.folder = Path(mkdtemp())
        self.day = SandboxDay(self.sandbox, self.folder)
        self.typed: dict[str, PatientDetails] = {}
        self.day.sandbox.control.fault(**fault, path=path)
        return self._filled_in(0, PEOPLE[0], at_once=True)

    @rule(target=drafts, slot=slots, person=st.sampled_from(PEOPLE))
    def fill_in_and_leave(self, slot: int, person: dict[str, str]) -> object:
        return self._filled_in(slot, person, at_once=False)

    @rule(target=drafts, slot=slots, person=st.sampled_from(PEOPLE))
    def book(self, slot: int, person: dict[str, str]) -> object:
        return self._filled_in(slot, person, at_once=True)

    def _filled_in(self, slot: int, person: dict[str, str], *, at_once: bool) -> object:
        day = self.day
        typed = details(**person, signature=SIGNATURE, waiver_versions=day.waivers)
        try:
            first = day.use_cases.drafts.open(day.clinic, day.choices[slot], visitor="", attribution={})
            token = day.use_cases.drafts.save_details(day.clinic, first, typed, evidence(day.shop.clock))
        except BookingError:
            return multiple()
        self.typed[typed.email] = typed
        if at_once:
            self._confirm(token)
        return token

    @rule(token=drafts)
    def press_the_button(self, token: str) -> None:
        self._confirm(token)

    @rule(token=drafts, slot=slots)
    def book_another_time(self, token: str, slot: int) -> None:
        self._try(lambda: self.day.use_cases.drafts.choose_slot(self.day.clinic, token, self.day.choices[slot]))
        self._confirm(token)

    @rule(token=drafts, wants=st.booleans())
    def answer_whether_the_request_is_held(self, token: str, wants: bool) -> None:
        requests = self.day.use_cases.held_requests
        answer = requests.hold if wants else requests.withdraw
        self._try(lambda: answer(self.day.clinic, token))

    @rule(number=st.integers(0, 9))
    def cancel(self, number: int) -> None:
        standing = [one for one in self.day.bookings() if one.state == BookingState.CONFIRMED]
        if standing:
            token = self.day.shop.services.manage_tokens.token(standing[number % len(standing)].reference)
            self._try(lambda: self.day.use_cases.managing.cancel(token, "sick"))

    @rule(minutes=st.sampled_from((1, 3, 40)))
    def work(self, minutes: int) -> None:
        self.day.work(minutes=minutes)

    @rule(slot=slots)
    def the_front_desk_books(self, slot: int) -> None:
        self.day.front_desk_books(self.day.choices[slot])

    @rule(fault=st.sampled_from(FAULTS), path=st.sampled_from(PATHS), method=st.sampled_from(("GET", "POST", "POST")))
    def the_next_call_fails(self, fault: dict[str, Any], path: str, method: str) -> None:
        self.day.sandbox.control.fault(**fault, path=path, method=method)

    @rule(is_away=st.booleans())
    def cliniko_goes_or_comes_back(self, is_away: bool) -> None:
        self.day.sandbox.control.clear_faults()
        if is_away:
            self.day.sandbox.control.fault("status", service="cliniko", status=503, times=None)

    @rule()
    def restart(self) -> None:
        self.day.restart()

    def _confirm(self, token: str) -> None:
        self._try(lambda: self.day.use_cases.placing.confirm(self.day.clinic, token))

    def _try(self, act: Callable[[], object]) -> None:
        """A refusal is a page for the patient, and nothing that lasts."""
        with suppress(BookingError):
            act()

    @invariant()
    def nothing_is_there_twice(self) -> None:
        if hasattr(self, "day"):
            check_always(self.day)

    def teardown(self) -> None:
        if not hasattr(self, "day"):
            return
        try:
            self._close_the_day()
        finally:
            self.day.shop.services.close()
            shutil.rmtree(self.folder)

    def _close_the_day(self) -> None:
        self.day.fix()
        check_always(self.day)
        check_end(self.day)
        seen["faults"] += sum(call.fault is not None for call in self.day.sandbox.control.calls())
        for booking in self.day.bookings():
            seen[booking.state] += 1
            kept = self.day.shop.services.crm_facts.contact_facts(booking.id)
            assert kept.patient.first_name == self.typed[kept.email].first_name, "an answer was lost"


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[SandboxServer]:
    with SandboxServer() as running:
        monkeypatch.setattr(RandomSandboxDay, "sandbox", running, raising=False)
        yield running


def test_whatever_fails_between_us_and_cliniko_everything_arrives_once(
    sandbox: SandboxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "render_document", lambda _facts, _seal: b"%PDF-1.7 a stand-in")
    seen.clear()
    run_days(RandomSandboxDay, settings=DAYS)
    assert seen["faults"] > 10 and seen["confirmed"] > 2 and seen["cancelled"] > 0, (
        f"days on which little happens: {seen}"
    )
