"""The whole product over the sandbox by real HTTP: its parts come and go, and what has to be true of what arrived."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

from sqlalchemy import select

from booking_app.availability.days import Slot
from booking_app.bookings.models import Booking, BookingState
from booking_app.bookings.records import Choice
from booking_app.cli.wiring import build, build_use_cases
from booking_app.clinics.clinics import find_clinic
from booking_app.tasks.lookups import due_tasks
from booking_app.tasks.models import FINAL_STATES, Task, TaskState
from booking_sandbox.server import SandboxServer
from tests.faults.shop import LOCATION, SERVICE, open_shop

ENDS = (BookingState.CONFIRMED, BookingState.SLOT_LOST, BookingState.WITHDRAWN, BookingState.CANCELLED)
ROUNDS = 12
Row = Mapping[str, Any]


class SandboxDay:
    """A clinic with the sandbox behind it and the one process of ours that is running now."""

    def __init__(self, sandbox: SandboxServer, folder: Path) -> None:
        self.sandbox = sandbox
        self.shop = open_shop(sandbox, folder)
        # Both go by the real minute, and here a day passes in seconds.
        sandbox.control.set_knob(rate_limit_per_minute=1_000_000, hubspot_requests_per_10_seconds=1_000_000)
        self._begin()
        self.waivers = {
            waiver.key: waiver.version_sha256
            for waiver in self.use_cases.browse.questions(self.clinic, SERVICE).waivers
        }
        self.choices = tuple(_choice(slot) for slot in self._slots()[:3])

    def _begin(self) -> None:
        self.use_cases = build_use_cases(self.shop.services)
        with self.shop.services.database.reading() as session:
            clinic = find_clinic(session, "demo")
        assert clinic is not None
        self.clinic = clinic

    def restart(self) -> None:
        """The process ends, and another one begins over what is in the database."""
        settings, clock = self.shop.services.settings, self.shop.clock
        self.shop.services.close()
        self.shop = replace(self.shop, services=build(settings, clock=clock))
        self._begin()

    def work(self, **later: float) -> None:
        """A worker's round after so much time."""
        self.shop.clock.ahead += timedelta(**later)
        self.use_cases.held_requests.run()
        with self.shop.services.database.reading() as session:
            found = due_tasks(session, now=self.shop.clock.now(), limit=50)
            due = [session.get_one(Task, task_id).subject for task_id in found]
        for subject in due:
            self.shop.services.task_runner.advance(subject)

    def fix(self) -> None:
        """Everything answers again, staff replay what was parked, and every wait is over."""
        self.sandbox.control.clear_faults()
        for task in self.tasks():
            if task.state == TaskState.PARKED:
                self.shop.services.task_runner.retry(task.id)
        for _ in range(ROUNDS):
            self.work(hours=6)

    def front_desk_books(self, choice: Choice) -> None:
        """Past the API, and only where the diary is free: the front desk never doubles itself."""
        if not any(_meets(row, choice) for row in self.living()):
            self.sandbox.control.receptionist_books(
                "demo",
                practitioner_id=choice.practitioner_id,
                starts_at=choice.starts_at,
                appointment_type_id=choice.service_id,
            )

    def bookings(self) -> list[Booking]:
        with self.shop.services.database.reading() as session:
            return list(session.scalars(select(Booking).order_by(Booking.id)))

    def tasks(self) -> list[Task]:
        with self.shop.services.database.reading() as session:
            return list(session.scalars(select(Task).order_by(Task.id)))

    def living(self) -> list[Row]:
        """The appointments since the morning that are neither archived nor cancelled."""
        rows = self.shop.mine("individual_appointments")
        return [row for row in rows if not row["archived_at"] and not row.get("cancelled_at")]

    def ours(self, booking: Booking) -> list[Row]:
        return [row for row in self.living() if booking.reference in (row["notes"] or "")]

    def _slots(self) -> list[Slot]:
        day = (datetime.now(UTC) + timedelta(days=8)).date()
        week = self.use_cases.browse.week(
            self.clinic, service_id=SERVICE, location_id=LOCATION, practitioner_id=None, from_day=day
        )
        return [slot for each in week.days for slot in each.slots]


def check_always(day: SandboxDay) -> None:
    """What holds at every moment, also in the middle of a fault."""
    _never_twice("patient", (row["email"] for row in day.shop.mine("patients")))
    _never_twice("form", (row["name"] for row in day.shop.mine("patient_forms")))
    _never_twice("document", (row["filename"] for row in day.shop.mine("attachments")))
    _never_twice("contact", (row["properties"]["email"] for row in day.shop.state()["contacts"]))
    for booking in day.bookings():
        assert len(day.ours(booking)) <= 1, f"two appointments for {booking.reference}"
    standing = [row for one in day.bookings() if one.state == BookingState.CONFIRMED for row in day.ours(one)]
    _never_overlapping(standing)
    for task in day.tasks():
        assert task.state != TaskState.PARKED or (task.failure and task.code), f"{task.name} is parked without a reason"


def check_end(day: SandboxDay) -> None:
    """What holds when everything works again and every task has had its time."""
    still_open = [task for task in day.tasks() if task.state not in FINAL_STATES]
    assert not still_open, [(task.subject_id, task.name, task.state, task.code) for task in still_open]
    _never_overlapping(day.living())
    filled = {row["name"] for row in day.shop.mine("patient_forms") if row["completed_at"]}
    files = {row["filename"] for row in day.shop.mine("attachments")}
    contacts = {row["properties"]["email"] for row in day.shop.state()["contacts"]}
    for booking in day.bookings():
        assert booking.state in ENDS, booking.state
        stands = booking.state == BookingState.CONFIRMED
        assert len(day.ours(booking)) == stands, f"{booking.state} with {len(day.ours(booking))} appointments"
        if stands:
            assert any(booking.reference in name for name in filled), "the form is not there"
            assert f"signed-{booking.reference}.pdf" in files
            assert day.shop.services.crm_facts.contact_facts(booking.id).email in contacts


def _choice(slot: Slot) -> Choice:
    return Choice(slot.service_id, slot.location_id, slot.practitioner_id, slot.starts_at, slot.ends_at)


def _meets(row: Row, choice: Choice) -> bool:
    starts_at, ends_at = (datetime.fromisoformat(row[name]) for name in ("starts_at", "ends_at"))
    is_theirs = row["practitioner_id"] == choice.practitioner_id
    return is_theirs and starts_at < choice.ends_at and choice.starts_at < ends_at


def _never_twice(what: str, names: Any) -> None:
    twice = [name for name, times in Counter(names).items() if times > 1]
    assert not twice, f"more than one {what}: {twice}"


def _never_overlapping(rows: list[Row]) -> None:
    for one, other in combinations(rows, 2):
        meets = one["starts_at"] < other["ends_at"] and other["starts_at"] < one["ends_at"]
        assert not (meets and one["practitioner_id"] == other["practitioner_id"]), "two appointments on one slot"
