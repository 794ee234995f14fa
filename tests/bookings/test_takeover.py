"""Workers that die or freeze: another takes over, and who comes back late neither writes nor sends."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text

from booking_app.bookings.models import Booking
from booking_app.bookings.subject import subject_of
from booking_app.core.db import Database
from booking_app.tasks import store
from booking_app.tasks.kinds import LEASE
from tests.bookings.conftest import Desk
from tests.databases import database_with_tables

LEASE_SECONDS = LEASE.total_seconds()


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """Every kind in turn: what two may do at once is the database's business."""
    with database_with_tables(database_url) as fresh:
        yield fresh


def waiting(desk: Desk) -> int:
    """The id of a booking that nobody has begun to place."""
    desk.placing = desk.make_placing(inline_places=1)
    desk.placing._inline.acquire()
    desk.confirm(desk.ready())
    return desk.bookings()[0].id


class TestAWorkerThatDied:
    def test_is_taken_over_once_its_lease_is_over(self, desk: Desk) -> None:
        booking_id = waiting(desk)
        with desk.database.begin() as session:
            now = desk.clock.now()
            assert store.claim(session, subject=subject_of(booking_id), now=now, lease_of=lambda _kind: LEASE)
        second = desk.make_runner()
        second.advance(subject_of(booking_id))
        assert desk.states(booking_id)["slot"] == "ready", "the lease is not over"
        desk.clock.advance(seconds=LEASE_SECONDS)
        second.advance(subject_of(booking_id))
        assert desk.bookings()[0].state == "confirmed"

    def test_after_creating_leaves_one_appointment(self, desk: Desk) -> None:
        """The process ends between Cliniko's answer and our writing it down."""

        class PowerCut(BaseException):
            pass

        def cut(_practice: object) -> None:
            desk.practice.after_create_appointment = None
            raise PowerCut

        desk.practice.after_create_appointment = cut
        booking_id = waiting(desk)
        try:
            desk.task_runner.advance(subject_of(booking_id))
        except PowerCut:
            desk.clock.advance(seconds=LEASE_SECONDS)
        desk.make_runner().advance(subject_of(booking_id))
        assert (desk.bookings()[0].state, len(desk.practice.appointments)) == ("confirmed", 1)


class TestAWorkerThatWasFrozen:
    def test_before_a_write_sends_nothing(self, desk: Desk) -> None:
        booking_id = waiting(desk)
        freeze(desk, "find_patients", seconds=LEASE_SECONDS)
        desk.task_runner.advance(subject_of(booking_id))
        assert desk.practice.created == []
        desk.clock.advance(seconds=5)
        desk.make_runner().advance(subject_of(booking_id))
        assert (desk.bookings()[0].state, len(desk.practice.created)) == ("confirmed", 1)

    def test_whose_lease_would_end_before_an_answer_comes_sends_nothing_either(self, desk: Desk) -> None:
        booking_id = waiting(desk)
        freeze(desk, "find_patients", seconds=LEASE_SECONDS - 10)
        desk.task_runner.advance(subject_of(booking_id))
        assert desk.practice.created == []

    def test_after_its_write_writes_nothing_here_when_another_has_done_it(self, desk: Desk) -> None:
        """It wakes up with an answer in its hands, when the other has found its appointment and gone on."""
        booking_id = waiting(desk)

        def freeze_and_be_overtaken(_practice: object) -> None:
            desk.practice.after_create_appointment = None
            desk.clock.advance(seconds=LEASE_SECONDS)
            desk.make_runner().advance(subject_of(booking_id))
            desk.clock.advance(minutes=1)

        desk.practice.after_create_appointment = freeze_and_be_overtaken
        desk.task_runner.advance(subject_of(booking_id))
        (booking,) = desk.bookings()
        assert (booking.state, booking.revision, len(desk.practice.appointments)) == ("confirmed", 1, 1)
        finished_at = desk.tasks(booking_id)["appointment"].finished_at
        assert finished_at == desk.clock.now() - timedelta(minutes=1), "the other one's entry stands"
        assert {task.fence for task in desk.tasks(booking_id).values()} == {1, 2}, "only the one was claimed twice"

    def test_at_the_confirming_step_does_not_bring_a_cancelled_booking_back(self, desk: Desk) -> None:
        booking_id = waiting(desk)

        def freeze_while_life_goes_on(name: str) -> None:
            if name != "has_conflict":
                return
            desk.practice.on_call = None
            desk.clock.advance(seconds=LEASE_SECONDS)
            desk.make_runner().advance(subject_of(booking_id))
            desk.managing.cancel(desk.manage_token(desk.bookings()[0]), "sick")

        desk.practice.on_call = freeze_while_life_goes_on
        desk.task_runner.advance(subject_of(booking_id))
        assert desk.bookings()[0].state == "cancelled"


def freeze(desk: Desk, call: str, *, seconds: float) -> None:
    """The process stands still within the next such call."""

    def stand_still(name: str) -> None:
        if name == call:
            desk.practice.on_call = None
            desk.clock.advance(seconds=seconds)

    desk.practice.on_call = stand_still


class TestManyAtOnce:
    def test_eight_workers_do_everything_once(self, desk: Desk) -> None:
        booking_id = waiting(desk)
        start = threading.Barrier(8)

        def work(_number: int) -> None:
            task_runner = desk.make_runner()
            start.wait()
            task_runner.advance(subject_of(booking_id))

        with ThreadPoolExecutor(8) as workers:
            list(workers.map(work, range(8)))
        desk.work()
        assert counts(desk, desk.bookings()[0]) == (1, 1, 1, 1)

    def test_a_patient_who_presses_eight_times_books_once(self, desk: Desk) -> None:
        token = desk.ready()
        start = threading.Barrier(8)

        def press(_number: int) -> None:
            start.wait()
            desk.placing.confirm(desk.clinic, token)

        with ThreadPoolExecutor(8) as fingers:
            list(fingers.map(press, range(8)))
        desk.work()
        (booking,) = desk.bookings()
        assert counts(desk, booking) == (1, 1, 1, 1)
        assert desk.booking(booking.reference).state == "confirmed"


def counts(desk: Desk, booking: Booking) -> tuple[int, int, int, int]:
    """Patients, appointments, forms and mails."""
    practice = desk.practice
    return len(practice.created), len(practice.appointments), len(practice.forms), len(desk.postbox.sent)


class TestTakingARequestBack:
    def test_sees_a_worker_that_begins_the_appointment_at_that_moment(self, desk: Desk) -> None:
        """Its claim is not committed yet; unless the tasks are locked first, nobody would look for what it makes."""
        booking_id = waiting(desk)
        desk.task_runner.advance(subject_of(booking_id), names=("slot", "patient"))
        with desk.database.begin() as session:
            session.get_one(Booking, booking_id).held_at = desk.clock.now()
        booking = desk.bookings()[0]
        taking_back = threading.Thread(target=desk.held_requests.take_back, args=(desk.manage_token(booking),))
        with desk.database.begin() as session:
            claimed = store.claim(
                session, subject=booking.subject, now=desk.clock.now(), lease_of=lambda _kind: LEASE,
                names=("appointment",),
            )  # fmt: skip
            assert claimed is not None
            taking_back.start()
            wait_until_it_waits(desk.database, taking_back)
        taking_back.join()
        assert desk.bookings()[0].state == "withdrawn"
        assert desk.states(booking_id)["withdraw"] == "ready"


def wait_until_it_waits(database: Database, thread: threading.Thread) -> None:
    """Until the thread stands at a lock that this one holds; on SQLite any writer does, and nothing shows it."""
    for _ in range(100):
        thread.join(0.02)
        if database.is_sqlite or not thread.is_alive():
            return
        with database.reading() as session:
            if session.scalar(text("select count(*) from pg_locks where not granted")):
                return
