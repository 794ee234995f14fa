"""Bookings of one clinic on their way to one connection: a task runner works on them, and what the vendor has then."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from booking_app.bookings.subject import subject_of
from booking_app.clinics.connections import pause, resume
from booking_app.clinics.models import Connection
from booking_app.crm.sync.event_handler import EventHandler
from booking_app.crm.sync.facts import CrmFacts
from booking_app.crm.sync.handlers import crm_handlers
from booking_app.crm.sync.planning import event_task, sync_tasks
from booking_app.crm.sync.registration import WORDS
from booking_app.crm.vendors.meanings import meaning_of
from booking_app.crm.vendors.webhook.records import BookingEvent
from booking_app.tasks import lookups, store
from booking_app.tasks.kinds import Lane, TaskKind, TaskKinds
from booking_app.tasks.models import Task
from booking_app.tasks.records import Handler, PlannedTask
from booking_app.tasks.runner import TaskRunner
from tests.crm.sync.crm import Crm
from tests.crm.sync.samples import FACTS
from tests.crm.vendors.webhook.samples import EVENT

if TYPE_CHECKING:
    from tests.crm.sync.conftest import Desk

BOOKING = 5
LISTS: Mapping[str, dict[str, Any]] = {"activecampaign": {"list": "1"}, "hubspot": {"list": "101"}}


@dataclass
class Office:
    """One booking of one clinic with one connection, and a task runner that works on it."""

    desk: Desk
    crm: Crm
    connection_id: int
    booking: CrmFacts = FACTS
    booking_id: int = BOOKING
    event: BookingEvent = EVENT
    parked: list[str] = field(default_factory=list)

    @property
    def kinds(self) -> TaskKinds:
        connectors = self.desk.connectors
        handlers: dict[str, Handler] = {
            **crm_handlers(
                database=self.desk.database, clock=self.desk.clock, load_facts=lambda _: self.booking,
                open_connection=connectors.open,
            ),
            "event": EventHandler(load_event=lambda _: self.event, open_webhook=connectors.open_webhook),
        }  # fmt: skip
        return TaskKinds(
            TaskKind(name=name, handler=handlers[name], words=words, lane=Lane.SYNC) for name, words in WORDS.items()
        )

    @property
    def task_runner(self) -> TaskRunner:
        return TaskRunner(
            database=self.desk.database, clock=self.desk.clock, kinds=self.kinds, wake=lambda _task, _lane: None,
            pause_connection=self._pause, on_parked=lambda _, task: self.parked.append(task.name),
            on_limited=self.desk.connectors.hold_back,
        )  # fmt: skip

    def another(self, booking_id: int, **changes: Any) -> Office:
        """The office on another booking, later the higher its id."""
        return replace(self, booking_id=booking_id, booking=replace(self.booking, **changes), parked=[])

    def plan(self, *tasks: PlannedTask) -> None:
        with self.desk.database.begin() as session:
            store.plan(
                session, clinic_id=1, subject=subject_of(self.booking_id), tasks=tasks, now=self.desk.clock.now()
            )

    def sync(self, occasion: str = "") -> None:
        """The booking, or a change of it, is to be told."""
        done = f"done{occasion}"
        self.plan(PlannedTask(done, kind="contact_free"))
        with self.desk.database.begin() as session:
            session.query(Task).filter_by(name=done, subject_id=self.booking_id).one().state = "done"
        if self.crm.vendor == "webhook":
            self.plan(event_task(self.connection_id, after=done, occasion=occasion))
        else:
            self.plan(*sync_tasks(self.crm.vendor, self.connection_id, after=done, occasion=occasion))

    def work(self, **later: float) -> None:
        """What is due is done, now or after a while."""
        self.desk.clock.advance(**later)
        self.task_runner.advance(subject_of(self.booking_id))

    def told(self, occasion: str = "") -> None:
        """The booking is told, and what is due is done."""
        self.sync(occasion)
        self.work()

    def repeat(self, *steps: str) -> None:
        """Steps that are done, or all, are done again, as after an answer that was lost."""
        with self.desk.database.begin() as session:
            for task in session.query(Task).filter_by(subject_id=self.booking_id):
                if task.name.partition(":")[0] in steps or (not steps and not task.name.startswith("done")):
                    task.state, task.attempts = "ready", 1
        self.work()

    def tasks(self) -> dict[str, Task]:
        with self.desk.database.reading() as session:
            found = lookups.tasks_of(session, subject_of(self.booking_id))
        return {task.name.rpartition(":")[0].partition(":")[0]: task for task in found if ":" in task.name}

    def states(self) -> dict[str, str]:
        return {name: task.state for name, task in self.tasks().items()}

    def said(self, step: str) -> str:
        """What a receptionist reads about a step."""
        task = self.tasks()[step]
        meaning = meaning_of(task.code or task.note or "", self.crm.vendor)
        return f"{meaning.sentence} {meaning.fix}" if meaning else ""

    def change(self, **values: Any) -> None:
        self.booking = replace(self.booking, **values)

    def cancel(self) -> None:
        self.change(is_cancelled=True, next_booking_at=None)

    def set_up(self, **config: Any) -> None:
        """Settings of the connection are changed."""
        with self.desk.database.begin() as session:
            row = session.get_one(Connection, self.connection_id)
            row.config = {**row.config, **config}

    def give_token(self, token: bytes) -> bytes:
        """Another token takes the place of the connection's, which is returned."""
        with self.desk.database.begin() as session:
            row = session.get_one(Connection, self.connection_id)
            kept, row.secret = self.desk.keyring.unseal(row.secret), self.desk.keyring.seal(token)
        return kept

    def fixed(self) -> None:
        """Somebody has fixed the connection: what waits goes on."""
        with self.desk.database.begin() as session:
            resume(session, self.connection_id)
        self.task_runner.resume_connection(self.connection_id)

    def connection_state(self) -> str:
        with self.desk.database.reading() as session:
            return session.get_one(Connection, self.connection_id).state

    def _pause(self, connection_id: int, code: str) -> None:
        with self.desk.database.begin() as session:
            pause(session, connection_id, code)


def open_office(desk: Desk, vendor: str, **config: Any) -> Office:
    """A clinic that wants tags, in whose account our fields have been made."""
    settings = {} if vendor == "webhook" else {"tags": ["Web"], **LISTS.get(vendor, {})}
    connection_id = desk.connect(vendor, **{**settings, **config})
    _make_fields(desk, vendor, connection_id)
    return Office(desk, Crm(desk, vendor), connection_id)


_accounts_with_fields: dict[str, Any] = {}


def _make_fields(desk: Desk, vendor: str, connection_id: int) -> None:
    """Have our fields made over HTTP the first time, and lay a copy of that account out from then on."""
    world = desk.sandbox.control.world
    accounts: dict[str, Any] = world.portals if vendor == "hubspot" else getattr(world, vendor, {})
    if vendor in _accounts_with_fields:
        accounts["demo"] = copy.deepcopy(_accounts_with_fields[vendor])
        return
    assert desk.connecting.apply_schema(connection_id).problem is None
    if vendor != "webhook":
        _accounts_with_fields[vendor] = copy.deepcopy(accounts["demo"])
