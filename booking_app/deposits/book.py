"""A clinic's deposits as staff see them: found, looked at, refunded, ticked off. No name of anybody stands here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from booking_app.bookings.models import Booking
from booking_app.clinics.audit import Author, record
from booking_app.clinics.models import Clinic
from booking_app.core.db import Database
from booking_app.deposits.errors import RefundRefused
from booking_app.deposits.history import locked, note, of_reference
from booking_app.deposits.models import Deposit, DepositEntry, DepositRefund, DepositState
from booking_app.deposits.refunds import ask_refund, left_to_refund, refunds_of
from booking_app.tasks import lookups
from booking_app.tasks.models import Task
from booking_app.tasks.records import Subject

PAGE = 50
BY_STAFF = "staff"
MONEY_STATES = (
    DepositState.AUTHORISED, DepositState.CAPTURED, DepositState.RELEASING, DepositState.RELEASED,
    DepositState.NOT_TAKEN,
)  # fmt: skip


@dataclass(frozen=True)
class DepositLine:
    """A deposit with its booking, where there is one."""

    deposit: Deposit
    booking: Booking | None


@dataclass(frozen=True)
class DepositLook:
    """One deposit with everything that became of it. `left` can still be refunded."""

    line: DepositLine
    history: tuple[DepositEntry, ...]
    refunds: tuple[DepositRefund, ...]
    tasks: tuple[Task, ...]
    left: Decimal


class DepositBook:
    """By clinic and reference; a deposit of another clinic is a LookupError."""

    def __init__(self, database: Database, wake: Callable[[Subject], None]) -> None:
        self._database = database
        self._wake = wake

    def find(self, clinic: Clinic, *, state: str = "", page: int = 1) -> tuple[Sequence[DepositLine], bool]:
        """Those with money in them, the newest first, a page at a time; whether there are more."""
        states = (state,) if state else MONEY_STATES
        query = _of(clinic).where(Deposit.state.in_(states)).order_by(Deposit.id.desc())
        with self._database.reading() as session:
            found = session.execute(query.limit(PAGE + 1).offset((page - 1) * PAGE)).all()
        return [DepositLine(row[0], row[1]) for row in found[:PAGE]], len(found) > PAGE

    def to_enter(self, clinic: Clinic) -> Sequence[DepositLine]:
        """What was taken and has not been entered in Cliniko yet, the oldest first."""
        query = _of(clinic).where(Deposit.state == DepositState.CAPTURED, Deposit.entered_at.is_(None))
        with self._database.reading() as session:
            found = session.execute(query.order_by(Deposit.id).limit(200)).all()
        return [DepositLine(row[0], row[1]) for row in found if row[0].refunded < row[0].amount]

    def look(self, clinic: Clinic, reference: str) -> DepositLook:
        """Raises LookupError."""
        with self._database.reading() as session:
            deposit = _required(session, clinic, reference)
            booking = session.get(Booking, deposit.booking_id) if deposit.booking_id else None
            history = select(DepositEntry).where(DepositEntry.deposit_id == deposit.id).order_by(DepositEntry.id)
            left = left_to_refund(session, deposit) if deposit.state == DepositState.CAPTURED else Decimal(0)
            return DepositLook(
                DepositLine(deposit, booking),
                tuple(session.scalars(history)),
                tuple(refunds_of(session, deposit.id)),
                tuple(lookups.tasks_of(session, deposit.subject)),
                left,
            )

    def refund(
        self, author: Author, clinic: Clinic, reference: str, amount: Decimal, *, left: Decimal | None = None
    ) -> None:
        """Have this much given back; commits. `left` is what could be refunded when a person decided, so that pressing
        twice refunds once. Raises RefundRefused, LookupError.
        """
        with self._database.begin() as session:
            deposit = locked(session, _required(session, clinic, reference).id)
            if left is not None and left != left_to_refund(session, deposit):
                raise RefundRefused("A refund was asked for meanwhile. Look at the history before refunding more.")
            ask_refund(session, deposit, amount, BY_STAFF, author.at, staff_id=author.staff_id)
            said = {"reference": reference, "amount": f"{amount:.2f}"}
            record(session, author, clinic.id, "deposit.refunded", after=said)
        self._wake(deposit.subject)

    def mark_entered(self, author: Author, clinic: Clinic, reference: str) -> None:
        """Staff have entered it in Cliniko; commits. Safe to repeat. Raises LookupError."""
        with self._database.begin() as session:
            deposit = locked(session, _required(session, clinic, reference).id)
            if deposit.entered_at is None:
                deposit.entered_at = author.at
                note(session, deposit, "entered", author.at, staff_id=author.staff_id)
                record(session, author, clinic.id, "deposit.entered", after={"reference": reference})


def _of(clinic: Clinic) -> Select[Deposit, Booking]:
    return (
        select(Deposit, Booking)
        .outerjoin(Booking, Booking.id == Deposit.booking_id)
        .where(Deposit.clinic_id == clinic.id)
    )  # fmt: skip


def _required(session: Session, clinic: Clinic, reference: str) -> Deposit:
    deposit = of_reference(session, clinic.id, reference)
    if deposit is None:
        raise LookupError(reference)
    return deposit
