"""What a clinic may do with a CRM connection before and beside bookings: test it, make its fields, try it dry.

Nothing here raises for what a CRM answers: the answer is part of what comes back, in words for a receptionist. A paused
connection may be tested and fixed as well.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from zoneinfo import ZoneInfo

from booking_app.clinics.models import Clinic
from booking_app.core.clock import Clock
from booking_app.core.failures import RemoteFailure
from booking_app.crm.sync.connections import OpenConnection
from booking_app.crm.sync.dry_run import DryCall, Rehearsed, rehearse
from booking_app.crm.vendors.contract import Vendor
from booking_app.crm.vendors.meanings import meaning_of
from booking_app.crm.vendors.records import Account, PlannedProperty
from booking_app.crm.vendors.registered import WEBHOOK
from booking_app.crm.vendors.webhook.client import Webhook

UNEXPLAINED = "The CRM answered in a way that was not expected."
LOOK_CLOSER = "Try again later; if it stays, look the code up in docs/connections.md."


class Opener(Protocol):
    """Opens connections by id; raises RemoteFailure CONFIG for one that is gone or set up wrongly."""

    def vendor_of(self, connection_id: int) -> str: ...
    def open(self, connection_id: int, *, even_paused: bool = False) -> OpenConnection: ...
    def open_webhook(self, connection_id: int, *, even_paused: bool = False) -> Webhook: ...
    def rehearsed(self, connection_id: int) -> Rehearsed: ...
    def clinic_of(self, connection_id: int) -> Clinic: ...


@dataclass(frozen=True)
class Problem:
    """Why it did not work, and what to do about it."""

    code: str
    sentence: str
    fix: str


@dataclass(frozen=True)
class Tested:
    """Whether a connection works. `account` says whose token it is; a webhook's is the host that took the message."""

    account: Account | None
    problem: Problem | None = None

    @property
    def is_well(self) -> bool:
        return self.problem is None


@dataclass(frozen=True)
class SchemaPlan:
    """The fields a connection writes, and whether the account has them."""

    fields: tuple[PlannedProperty, ...]
    problem: Problem | None = None

    @property
    def missing(self) -> tuple[PlannedProperty, ...]:
        return tuple(each for each in self.fields if each.state == "missing")


@dataclass(frozen=True)
class DryRun:
    """The requests that a sample booking would cause, in their order, for somebody who is new to the CRM."""

    calls: tuple[DryCall, ...]
    problem: Problem | None = None


class Connecting:
    """By connection id. `replay` has what was parked for a connection tried again and returns how many tasks."""

    def __init__(self, *, opener: Opener, replay: Callable[[int], int], clock: Clock) -> None:
        self._opener = opener
        self._replay = replay
        self._clock = clock

    def test_connection(self, connection_id: int) -> Tested:
        """Ask whose token it is. A webhook is sent a signed `connection.test`. Changes nothing here."""
        try:
            return Tested(self._opened(connection_id).whoami())
        except RemoteFailure as failure:
            return Tested(None, self._problem(connection_id, failure))

    def plan_schema(self, connection_id: int) -> SchemaPlan:
        """The fields that this connection writes, as they stand in the account; only reads. A webhook has none."""
        try:
            opened = self._opened(connection_id)
            return SchemaPlan(() if isinstance(opened, Webhook) else opened.schema.plan())
        except RemoteFailure as failure:
            return SchemaPlan((), self._problem(connection_id, failure))

    def apply_schema(self, connection_id: int) -> SchemaPlan:
        """Make our own missing fields, then have tried again what was parked. Repeats are harmless.

        What is missing afterwards is a field that the clinic mapped and has to make itself.
        """
        try:
            opened = self._opened(connection_id)
            plan = SchemaPlan(() if isinstance(opened, Webhook) else opened.schema.apply())
        except RemoteFailure as failure:
            return SchemaPlan((), self._problem(connection_id, failure))
        self._replay(connection_id)
        return plan

    def dry_run(self, connection_id: int) -> DryRun:
        """The exact requests of a sample booking, with nothing sent and the token masked."""
        try:
            clinic = self._opener.clinic_of(connection_id)
            now = self._clock.now().astimezone(ZoneInfo(clinic.time_zone))
            return DryRun(rehearse(self._opener.rehearsed(connection_id), now=now, clinic=clinic.slug))
        except RemoteFailure as failure:
            return DryRun((), self._problem(connection_id, failure))

    def _opened(self, connection_id: int) -> Vendor | Webhook:
        if self._opener.vendor_of(connection_id) == WEBHOOK:
            return self._opener.open_webhook(connection_id, even_paused=True)
        return self._opener.open(connection_id, even_paused=True).vendor

    def _problem(self, connection_id: int, failure: RemoteFailure) -> Problem:
        try:
            vendor = self._opener.vendor_of(connection_id)
        except RemoteFailure:
            vendor = None
        meaning = meaning_of(failure.code, vendor)
        if meaning is None:
            return Problem(failure.code, UNEXPLAINED, LOOK_CLOSER)
        return Problem(failure.code, meaning.sentence, meaning.fix)
