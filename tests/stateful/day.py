"""A clinic with processes that come and go, and what has to be true of it whenever somebody looks."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import timedelta
from itertools import combinations
from pathlib import Path

from booking_app.bookings.models import Booking, BookingState
from booking_app.bookings.steps import PLACING_TASKS
from booking_app.catalogue.snapshots import refresh
from booking_app.clinics.models import Clinic, Connection
from booking_app.core.clock import FixedClock
from booking_app.core.db import Database
from booking_app.core.sealing import Keyring, new_sealing_key
from booking_app.migrations import tables
from booking_app.pms.records import Appointment
from booking_app.tasks.models import FINAL_STATES, Task, TaskState
from tests.bookings.conftest import NINE, NOW, Desk
from tests.stateful.practice import FragilePractice, PowerCut

NEXT_WEEK = NINE + timedelta(days=7)  # later than all waits together, so that no time passes by itself
STARTS = tuple(NEXT_WEEK + timedelta(minutes=30 * n) for n in range(4))
PRACTITIONERS = ("p1", "p2")
LONG_AGO = timedelta(hours=6)
ROUNDS = 14  # of which the last come after every wait of the task runner


ENDS = (BookingState.CONFIRMED, BookingState.SLOT_LOST, BookingState.WITHDRAWN, BookingState.CANCELLED)


class Day:
    """The clinic, its practice system, and the one process of ours that is running now."""

    def __init__(self, folder: Path) -> None:
        self._url = f"sqlite:///{folder / 'booking.sqlite3'}"
        self._keyring = Keyring([new_sealing_key()])
        self.clock = FixedClock(NOW)
        self.practice = FragilePractice(monotonic=self.clock.monotonic)
        self.practice.free.update({(who, at): True for who in PRACTITIONERS for at in STARTS})
        database = Database(self._url)
        tables.metadata.create_all(database.engine)
        self._clinic = Clinic(slug="demo", name="Synthetic Health", time_zone="Australia/Adelaide")
        self._connection_id = self._connect(database)
        refresh(database, self._clinic.id, self.practice, self.clock.now())
        self.desk = self._start(database)
        self.waivers = self.desk.publish_waiver()

    def run(self, act: Callable[[], None]) -> None:
        """Do something; where the power is cut within it, a new process takes over."""
        try:
            act()
        except PowerCut:
            self.restart()

    def restart(self) -> None:
        self.close()
        self.desk = self._start(Database(self._url))

    def close(self) -> None:
        self.desk.database.dispose()

    def let_time_pass(self) -> None:
        """Workers come back for as long as the task runner waits for anything, and longer."""
        for _ in range(ROUNDS):
            self.run(lambda: self.desk.work(seconds=LONG_AGO.total_seconds()))

    def fix(self) -> None:
        """Cliniko is well, the key works, and staff replay what was parked."""
        self.practice.calm()
        self.desk.fix_key()
        for task in self.tasks():
            if task.state == TaskState.PARKED:
                self.desk.task_runner.retry(task.id)

    def tasks(self) -> list[Task]:
        return [task for booking in self.desk.bookings() for task in self.desk.tasks(booking.id).values()]

    def ours(self, booking: Booking) -> list[Appointment]:
        """The appointments of a booking that are neither archived nor cancelled."""
        return [one for one in self.practice.living() if booking.reference in one.note]

    def _connect(self, database: Database) -> int:
        with database.begin() as session:
            session.add(self._clinic)
            session.flush()
            secret = self._keyring.seal(b"a-key")
            connection = Connection(clinic_id=self._clinic.id, vendor="cliniko", secret=secret, account_key="au1:7")
            session.add(connection)
            session.flush()
            return connection.id

    def _start(self, database: Database) -> Desk:
        return Desk(database, self.clock, self._keyring, self.practice, self._clinic, self._connection_id)


def check_always(day: Day) -> None:
    """What holds at every moment, also in the middle of a fault."""
    bookings = day.desk.bookings()
    _never_more_than_one("patient", [patient.marker for patient in day.practice.created])
    _never_more_than_one("form", [form.name for form in day.practice.forms])
    _never_more_than_one("document", [stored.description for stored, _ in day.practice.documents])
    for booking in bookings:
        assert len(day.ours(booking)) <= 1, f"two appointments for {booking.reference}"
    standing = [booking for booking in bookings if booking.state == BookingState.CONFIRMED]
    _never_overlapping([one for booking in standing for one in day.ours(booking)])
    for booking in bookings:
        _is_visible(booking, day.desk.tasks(booking.id))


def check_end(day: Day) -> None:
    """What holds when everything works again and every task has had its time."""
    _never_overlapping(day.practice.living())  # nor one of ours and one of the front desk, which never doubles itself
    for booking in day.desk.bookings():
        tasks = day.desk.tasks(booking.id)
        open_ones = {name: (task.state, task.code) for name, task in tasks.items() if task.state not in FINAL_STATES}
        assert not open_ones, f"{booking.state}: {open_ones}"
        assert booking.state in ENDS
        stands = booking.state == BookingState.CONFIRMED
        assert len(day.ours(booking)) == stands, f"{booking.state} with {len(day.ours(booking))} appointments"
        if stands:
            assert sum(booking.reference in form.name for form in day.practice.forms) == 1
            assert sum(booking.reference in stored.description for stored, _ in day.practice.documents) == 1


def _is_visible(booking: Booking, tasks: dict[str, Task]) -> None:
    """A booking that is not placed has a step that will be tried, or one that says why it was not."""
    if booking.state != BookingState.PLACING:
        return
    steps = [tasks[name] for name in PLACING_TASKS]
    assert any(step.state not in FINAL_STATES for step in steps), f"{booking.reference} has come to nothing"
    for step in steps:
        assert step.state != TaskState.PARKED or (step.failure and step.code), f"{step.name} is parked without a reason"


def _never_more_than_one(what: str, markers: Iterable[str | None]) -> None:
    twice = [marker for marker, times in Counter(markers).items() if times > 1]
    assert not twice, f"more than one {what} for {twice}"


def _never_overlapping(appointments: list[Appointment]) -> None:
    for one, other in combinations(appointments, 2):
        meets = one.starts_at < other.ends_at and other.starts_at < one.ends_at
        assert not (meets and one.practitioner_id == other.practitioner_id), "two appointments on one slot"
