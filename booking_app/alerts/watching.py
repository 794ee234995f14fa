"""Watching for causes: each opens once, is counted while it lasts, is told of, and closes when it is fixed."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Literal

import structlog
from sqlalchemy import Select, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from booking_app.alerts.causes import Cause, present_causes
from booking_app.alerts.models import Alert
from booking_app.clinics.models import Clinic
from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.core.failures import RemoteFailure
from booking_app.tasks.kinds import TaskKinds

COMES_BACK = timedelta(hours=1)  # a cause that is there again within this was never gone
AGAIN = timedelta(minutes=5)  # after telling failed
REMINDER = timedelta(days=1)
KEPT = timedelta(days=90)  # a closed alert

Way = Literal["mail", "webhook"]
Tell = Callable[[Clinic, Sequence[Alert]], None]  # raises RemoteFailure

log = structlog.get_logger(__name__)


class Watching:
    """`ways` names how a clinic is told. Any number of workers may watch at the same time."""

    def __init__(self, *, database: Database, clock: Clock, kinds: TaskKinds, ways: dict[Way, Tell]) -> None:
        self._database = database
        self._kinds = kinds
        self._clock = clock
        self._ways = ways

    def run(self) -> int:
        """Bring the alerts up to date and tell of those that are due; commits. Returns how many are open."""
        now = self._clock.now()
        with self._database.begin() as session:
            present = present_causes(session, now, self._kinds)
            self._keep(session, present, now)
            session.execute(delete(Alert).where(Alert.closed_at < now - KEPT))
        for way, tell in self._ways.items():
            for clinic_id in sorted({cause.clinic_id for cause in present}):
                self._tell(way, tell, clinic_id)
        return len(present)

    def _keep(self, session: Session, present: Sequence[Cause], now: datetime) -> None:
        standing = {(row.clinic_id, row.cause): row for row in session.scalars(_standing(now))}
        wanted = {(cause.clinic_id, cause.key): cause for cause in present}
        for key, row in standing.items():
            if key not in wanted and row.closed_at is None:
                row.closed_at = now
        for key, cause in wanted.items():
            alert = standing.get(key) or _opened(session, cause, now)
            if alert is not None:
                alert.closed_at, alert.count, alert.bookings = None, cause.count, " ".join(cause.references)

    def _tell(self, way: Way, tell: Tell, clinic_id: int) -> None:
        """Tell a clinic of all that is due in one message; what fails is tried again in some minutes."""
        now = self._clock.now()
        with self._database.begin() as session:
            clinic = session.get_one(Clinic, clinic_id)
            due = list(session.scalars(_due(way, clinic_id, now))) if clinic.alerts.get(_setting(way)) else []
            for alert in due:
                _put_off(alert, way, now + AGAIN)  # also where this process ends before it has told anybody
        if not due:
            return
        try:
            tell(clinic, due)
        except RemoteFailure as failure:
            log.warning("alert_not_told", clinic_id=clinic_id, way=way, code=failure.code)
            return
        with self._database.begin() as session:
            for alert in session.scalars(select(Alert).where(Alert.id.in_([one.id for one in due]))):
                _put_off(alert, way, now + REMINDER)
                alert.times_told += 1
        log.info("alert_told", clinic_id=clinic_id, way=way, causes=len(due))


def open_alerts(session: Session, clinic_id: int) -> Sequence[Alert]:
    """What a clinic has to look at, the oldest first."""
    query = select(Alert).where(Alert.clinic_id == clinic_id, Alert.closed_at.is_(None))
    return session.scalars(query.order_by(Alert.opened_at, Alert.id)).all()


def _standing(now: datetime) -> Select[Alert]:
    """The open alerts, and those closed so lately that the same cause opens them again. The newest row counts."""
    return select(Alert).where(Alert.closed_at.is_(None) | (Alert.closed_at > now - COMES_BACK)).order_by(Alert.id)


def _due(way: Way, clinic_id: int, now: datetime) -> Select[Alert]:
    column = Alert.mail_due_at if way == "mail" else Alert.webhook_due_at
    due = select(Alert).where(Alert.clinic_id == clinic_id, Alert.closed_at.is_(None), column <= now)
    return due.order_by(Alert.id).with_for_update(skip_locked=True)


def _put_off(alert: Alert, way: Way, until: datetime) -> None:
    if way == "mail":
        alert.mail_due_at = until
    else:
        alert.webhook_due_at = until


def _setting(way: Way) -> str:
    return "email" if way == "mail" else "webhook"


def _opened(session: Session, cause: Cause, now: datetime) -> Alert | None:
    """A new alert; None when another worker was a moment faster."""
    alert = Alert(
        clinic_id=cause.clinic_id, cause=cause.key[:200], count=cause.count, bookings="", opened_at=now,
        mail_due_at=now, webhook_due_at=now, times_told=0,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(alert)
    except IntegrityError:
        return None
    return alert
