"""Days at random: patients, faults, a front desk and processes that end, in any order, against the real task runner.

Derandomised, so that a run says the same everywhere; BOOKING_TEST_RANDOM=1 looks at other days, and at more of them.
"""

import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from booking_app.bookings.errors import BookingError
from booking_app.bookings.models import BookingState
from booking_app.bookings.records import Choice, PatientDetails
from booking_app.intake import documents
from tests.bookings.conftest import SIGNATURE, choose, details, evidence
from tests.stateful.day import PRACTITIONERS, STARTS, Day, check_always, check_end

MEMORY = next(iter(Path("/dev").glob("shm")), None)  # processes end here and machines do not: no disk is needed
IS_RANDOM = bool(os.environ.get("BOOKING_TEST_RANDOM"))
DAYS = settings(
    max_examples=150 if IS_RANDOM else 12,
    stateful_step_count=30,
    deadline=None,
    derandomize=not IS_RANDOM,
    database=None,
    phases=(Phase.generate, Phase.shrink) if IS_RANDOM else (Phase.generate,),  # shrinking takes minutes
    suppress_health_check=list(HealthCheck),
)
PEOPLE = (
    {},
    {"first_name": "Otto", "email": "otto.quill@example.com"},
    {"first_name": "Mara", "last_name": "Linden", "email": "mara.linden@example.com"},
)
READS = ("find_patients", "find_appointment", "has_conflict", "attendee_of", "find_form", "find_document")
WRITES = ("create_patient", "create_appointment", "archive_appointment", "cancel_appointment", "complete_form",
          "attach_document")  # fmt: skip

choices = st.builds(
    lambda at, minutes, who: choose(at, minutes=minutes, practitioner_id=who),
    st.sampled_from(STARTS), st.sampled_from((30, 30, 60)), st.sampled_from(PRACTITIONERS),
)  # fmt: skip


class RandomDay(RuleBasedStateMachine):
    """Some rules are there twice, in other words: what patients and workers do is common, a fault is rarer."""

    drafts = Bundle("drafts")

    @initialize()
    def open_the_clinic(self) -> None:
        self.folder = Path(mkdtemp(dir=MEMORY))
        self.day = Day(self.folder)
        self.typed: dict[str, PatientDetails] = {}

    @rule(target=drafts, choice=choices, person=st.sampled_from(PEOPLE))
    def fill_in_and_leave(self, choice: Choice, person: dict[str, str]) -> object:
        return self._filled_in(choice, person) or multiple()

    @rule(target=drafts, choice=choices, person=st.sampled_from(PEOPLE), waits=st.booleans())
    def book(self, choice: Choice, person: dict[str, str], waits: bool) -> object:
        token = self._filled_in(choice, person)
        if token is None:
            return multiple()
        self._confirm(token, waits=waits)
        return token

    @rule(target=drafts, at=st.sampled_from(STARTS), person=st.sampled_from(PEOPLE))
    def book_with_anybody(self, at: datetime, person: dict[str, str]) -> object:
        for who in PRACTITIONERS:
            token = self._filled_in(choose(at, practitioner_id=who), person)
            if token is not None:
                self._confirm(token)
                return token
        return multiple()

    @rule(token=drafts)
    def press_the_button(self, token: str) -> None:
        self._confirm(token)

    @rule(token=drafts, choice=choices)
    def book_another_time(self, token: str, choice: Choice) -> None:
        with suppress(BookingError):
            self.day.desk.drafts.choose_slot(self.day.desk.clinic, token, choice)
        self._confirm(token)

    @rule(token=drafts, wants=st.booleans())
    def answer_whether_the_request_is_held(self, token: str, wants: bool) -> None:
        desk = self.day.desk
        answer = desk.held_requests.hold if wants else desk.held_requests.withdraw
        self._try(lambda: answer(desk.clinic, token))

    @rule()
    def give_up_what_waited_too_long(self) -> None:
        self._try(lambda: self.day.desk.held_requests.run())

    @rule(number=st.integers(0, 9))
    def cancel(self, number: int) -> None:
        standing = [one for one in self.day.desk.bookings() if one.state == BookingState.CONFIRMED]
        if standing:
            token = self.day.desk.manage_token(standing[number % len(standing)])
            self._try(lambda: self.day.desk.managing.cancel(token, "sick"))

    @rule(seconds=st.sampled_from((1, 5, 50)))
    def work(self, seconds: int) -> None:
        self._try(lambda: self.day.desk.work(seconds=seconds))

    @rule(minutes=st.sampled_from((3, 15, 40, 300)))
    def work_later(self, minutes: int) -> None:
        self._try(lambda: self.day.desk.work(minutes=minutes))

    @rule(what=st.sampled_from(("books", "is_faster", "is_faster", "cancels")), choice=choices)
    def the_front_desk(self, what: str, choice: Choice) -> None:
        practice, slot = self.day.practice, (choice.practitioner_id, choice.starts_at, choice.ends_at)
        if what == "is_faster":
            practice.races.append("the next creation")
        elif what == "books" and practice.is_free(*slot):
            practice.receptionist_books(*slot)
        elif what == "cancels":
            for theirs in [one for one in practice.living() if not one.note][:1]:
                del practice.appointments[theirs.cliniko_id]

    @rule(how=st.sampled_from(("fail_before", "cut_before")), name=st.sampled_from(READS + WRITES))
    def the_next_call_is_lost(self, how: str, name: str) -> None:
        getattr(self.day.practice, how).append(name)

    @rule(how=st.sampled_from(("fail_after", "cut_after")), name=st.sampled_from(WRITES))
    def the_next_answer_is_lost(self, how: str, name: str) -> None:
        getattr(self.day.practice, how).append(name)

    @rule(what=st.sampled_from(("goes", "comes", "comes", "refuses_the_key", "is_fixed", "is_fixed")))
    def cliniko(self, what: str) -> None:
        if what == "is_fixed":
            self.day.fix()
        elif what == "refuses_the_key":
            self.day.practice.refuses_key = True
        else:
            self.day.practice.is_down = what == "goes"

    @rule()
    def restart(self) -> None:
        self.day.restart()

    def _filled_in(self, choice: Choice, person: dict[str, str]) -> str | None:
        """A draft ready to be confirmed; None when the time is taken."""
        typed = details(**person, signature=SIGNATURE, waiver_versions=self.day.waivers)
        desk = self.day.desk
        try:
            first = desk.drafts.open(desk.clinic, choice, visitor="", attribution={})
            token = desk.drafts.save_details(desk.clinic, first, typed, evidence(self.day.clock))
        except BookingError:
            return None
        self.typed[token] = typed
        return token

    def _confirm(self, token: str, *, waits: bool = True) -> None:
        """Press the button; without a place to wait, a worker does it."""

        def act() -> None:
            desk = self.day.desk
            placing = desk.make_placing(inline_places=1)
            if not waits:
                placing._inline.acquire()
            placing.confirm(desk.clinic, token)
            if placing.status(desk.clinic, token).state == BookingState.SLOT_LOST:
                assert desk.drafts.load(desk.clinic, token).details == self.typed[token]

        self._try(act)

    def _try(self, act: Callable[[], None]) -> None:
        """A refusal is a page for the patient, and nothing that lasts."""
        with suppress(BookingError):
            self.day.run(act)

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
            self.day.close()
            shutil.rmtree(self.folder)

    def _close_the_day(self) -> None:
        """First with the faults as they are, then fixed: nothing may be lost in either."""
        self.day.let_time_pass()
        check_always(self.day)
        self.day.fix()
        self.day.let_time_pass()
        check_always(self.day)
        check_end(self.day)
        typed = {one.email: one for one in self.typed.values()}
        for booking in self.day.desk.bookings():
            kept = self.day.desk.booking_contact.read(booking.id).details
            assert kept == typed[kept.email], "an answer was lost"


def test_whatever_happens_in_whatever_order_nothing_is_lost_and_nothing_is_done_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(documents, "render_document", lambda _facts, _seal: b"%PDF-1.7 a stand-in")
    run_state_machine_as_test(RandomDay, settings=DAYS)
