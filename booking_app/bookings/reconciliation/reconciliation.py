"""The use case: bookings of the last days and of the future, compared in batches that another may continue."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import structlog
from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from booking_app.bookings.accounts import account_key_of
from booking_app.bookings.desk_changes import DeskChanges
from booking_app.bookings.models import Booking, BookingState
from booking_app.bookings.reconciliation.comparing import Noted, Seen, compare
from booking_app.bookings.reconciliation.fixing import fix
from booking_app.bookings.reconciliation.models import MismatchRow, ReconciliationRun
from booking_app.bookings.reconciliation.reading import ContactThere, Reader
from booking_app.bookings.reconciliation.records import Done, Finding, Report, Run, RunTaken
from booking_app.bookings.reconciliation.reports import latest_run, report_of, waits_for_a_person
from booking_app.bookings.subject import subject_of
from booking_app.clinics.audit import Author, record
from booking_app.clinics.clinics import list_clinics
from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.core.failures import RemoteFailure
from booking_app.pms.practice import Practices
from booking_app.tasks import lookups
from booking_app.tasks.records import Subject

EVERY = timedelta(hours=24)
KEPT = timedelta(days=90)  # how long a report is kept
LEASE = timedelta(minutes=10)  # outlasts every wait for the request budget
BATCH = 50  # ids in one question to Cliniko
DAYS = 7
OVER = (BookingState.CANCELLED, BookingState.SLOT_LOST, BookingState.FAILED)

OnProgress = Callable[[Run], None]

log = structlog.get_logger(__name__)


class Reconciliation:
    """Safe to share between threads; any number of processes may work on the runs.

    `practices` should be those of the lowest priority. `wake` is told of bookings that got something to do.
    """

    def __init__(
        self, *, database: Database, clock: Clock, practices: Practices, changes: DeskChanges,
        contact_there: ContactThere, wake: Callable[[Subject], None],
    ) -> None:  # fmt: skip
        self._database = database
        self._clock = clock
        self._practices = practices
        self._changes = changes
        self._contact_there = contact_there
        self._wake = wake

    def run(self) -> int:
        """Go on with what is open and begin what is due, a day after the last; returns how many runs were finished.

        For a worker's round: one clinic's failure does not stop the next.
        """
        with self._database.reading() as session:
            clinics = [clinic.id for clinic in list_clinics(session)]
        return sum(self._run_clinic(clinic_id) for clinic_id in clinics)

    def start(self, clinic_id: int, *, days: int = DAYS, author: Author | None = None) -> int:
        """The id of the clinic's open run, or of a new one, which workers take up; commits.

        `author` is written down where a person asked for it.
        """
        now = self._clock.now()
        with self._database.begin() as session:
            session.execute(delete(ReconciliationRun).where(ReconciliationRun.started_at < now - KEPT))
            latest = latest_run(session, clinic_id)
            if latest is not None and latest.finished_at is None:
                return latest.id
            run = ReconciliationRun(clinic_id=clinic_id, days=days, started_at=now, total=0)
            run.total = session.scalar(select(func.count()).select_from(Booking).where(_concerned(run))) or 0
            session.add(run)
            session.flush()
            if author is not None:
                record(session, author, clinic_id, "booking.compared", after={"bookings": run.total})
            return run.id

    def go_on(self, run_id: int, on_progress: OnProgress = lambda _: None) -> Report:
        """Compare to the end; commits after each batch, so that it may be stopped and continued by anybody.

        Raises RunTaken while another is at it, and RemoteFailure where Cliniko cannot be read.
        """
        self._claim(run_id)
        try:
            reader = self._reader(run_id)
            while self._batch(run_id, reader):
                on_progress(self.report(run_id).run)
        finally:
            self._let_go(run_id)
        return self.report(run_id)

    def report(self, run_id: int) -> Report:
        """What a run has found so far. Raises NoResultFound for an unknown one."""
        with self._database.reading() as session:
            return report_of(session, session.get_one(ReconciliationRun, run_id))

    def latest(self, clinic_id: int) -> Report | None:
        """The clinic's newest run, finished or not; None before the first."""
        with self._database.reading() as session:
            run = latest_run(session, clinic_id)
            return None if run is None else report_of(session, run)

    def settle(self, author: Author, clinic_id: int, mismatch_id: int) -> bool:
        """Note that a person has looked at a difference: later comparisons leave it alone. False where none waits."""
        mine = select(ReconciliationRun.id).where(ReconciliationRun.clinic_id == clinic_id)
        query = select(MismatchRow).where(MismatchRow.id == mismatch_id, MismatchRow.run_id.in_(mine))
        with self._database.begin() as session:
            row = session.scalar(query.where(*waits_for_a_person()).with_for_update())
            if row is None:
                return False
            row.settled_at = author.at
            record(
                session,
                author,
                clinic_id,
                "booking.difference_settled",
                after={"booking": row.reference, "kind": row.kind},
            )
        return True

    def _run_clinic(self, clinic_id: int) -> int:
        now = self._clock.now()
        with self._database.reading() as session:
            latest = latest_run(session, clinic_id)
        if latest is not None and latest.finished_at is not None and now - latest.started_at < EVERY:
            return 0
        try:
            self.go_on(self.start(clinic_id))
        except RunTaken:
            return 0
        except RemoteFailure as failure:
            log.warning("reconciliation_interrupted", clinic_id=clinic_id, code=failure.code)
            return 0
        return 1

    def _claim(self, run_id: int) -> None:
        now = self._clock.now()
        is_free = or_(ReconciliationRun.lease_until.is_(None), ReconciliationRun.lease_until < now)
        with self._database.begin() as session:
            claimed = session.scalars(
                update(ReconciliationRun)
                .where(ReconciliationRun.id == run_id, is_free)
                .values(lease_until=now + LEASE)
                .returning(ReconciliationRun.id)
            ).all()
        if not claimed:
            raise RunTaken

    def _let_go(self, run_id: int) -> None:
        with self._database.begin() as session:
            session.execute(update(ReconciliationRun).where(ReconciliationRun.id == run_id).values(lease_until=None))

    def _reader(self, run_id: int) -> Reader:
        """What reads for the run. Opening the practice also makes known which account the key belongs to."""
        run = self.report(run_id).run
        practice = self._practices(run.clinic_id) if run.total else None  # a clinic without bookings needs no key
        return Reader(practice, self._contact_there, run.skipped)

    def _batch(self, run_id: int, reader: Reader) -> bool:
        """Compare the next bookings; False when none are left. No transaction is open while others are asked."""
        with self._database.reading() as session:
            run = session.get_one(ReconciliationRun, run_id)
            if run.finished_at is not None:
                return False
            bookings = _next_bookings(session, run)
            accounts = (account_key_of(session, run.clinic_id), f"clinic:{run.clinic_id}")
            ours = [booking for booking in bookings if booking.account_key in accounts]
            batch = [
                Noted(each, {task.name: task for task in lookups.tasks_of(session, each.subject)}) for each in ours
            ]
        seen = reader.read(batch) if batch else []
        with self._database.begin() as session:
            run = session.get_one(ReconciliationRun, run_id, with_for_update=True)
            if not bookings:
                run.finished_at = self._clock.now()
                return False
            if run.cursor >= bookings[-1].id:
                return True  # another did this batch meanwhile, and its fixes stand
            woken = self._write(session, run, list(zip(batch, seen, strict=True)))
            run.cursor = bookings[-1].id
            run.checked += len(bookings)
            run.left_out += len(bookings) - len(batch)
            run.skipped = " ".join(sorted(reader.skipped))[:400]
            run.lease_until = self._clock.now() + LEASE
        for booking_id in woken:
            self._wake(subject_of(booking_id))
        return True

    def _write(self, session: Session, run: ReconciliationRun, read: list[tuple[Noted, Seen]]) -> set[int]:
        """Fix and note every difference; returns the bookings that got something to do."""
        now, woken = self._clock.now(), set()
        for noted, seen in read:
            for finding in compare(noted, seen):
                done = fix(session, self._changes, noted, seen, finding, now)
                if done is None:
                    continue
                if done is Done.NEEDS_PERSON and _was_settled(session, noted.booking.id, finding):
                    done = Done.SETTLED
                if done in (Done.FOLLOWED, Done.REPLAYED):
                    woken.add(noted.booking.id)
                session.add(
                    MismatchRow(
                        run_id=run.id,
                        booking_id=noted.booking.id,
                        reference=noted.booking.reference,
                        kind=finding.kind,
                        ours=finding.ours[:160],
                        theirs=finding.theirs[:160],
                        done=done,
                        found_at=now,
                    )
                )
        return woken


def _was_settled(session: Session, booking_id: int, finding: Finding) -> bool:
    """Whether a person has looked at the same thing before."""
    same = select(MismatchRow.id).where(
        MismatchRow.booking_id == booking_id,
        MismatchRow.kind == finding.kind,
        MismatchRow.theirs == finding.theirs[:160],
    )
    looked_at = or_(MismatchRow.settled_at.is_not(None), MismatchRow.done == Done.SETTLED)
    return session.scalar(same.where(looked_at).limit(1)) is not None


def _concerned(run: ReconciliationRun) -> ColumnElement[bool]:
    """What a run looks at: confirmed bookings from `days` before it on, and of those that are over the ones to come."""
    from_then_on = Booking.starts_at >= run.started_at - timedelta(days=run.days)
    is_to_come = Booking.starts_at > run.started_at
    return and_(
        Booking.clinic_id == run.clinic_id,
        Booking.cliniko_appointment_id.is_not(None),
        or_(and_(Booking.state == BookingState.CONFIRMED, from_then_on), and_(Booking.state.in_(OVER), is_to_come)),
    )


def _next_bookings(session: Session, run: ReconciliationRun) -> Sequence[Booking]:
    after = select(Booking).where(_concerned(run), Booking.id > run.cursor)
    return session.scalars(after.order_by(Booking.id).limit(BATCH)).all()
