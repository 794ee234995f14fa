"""Changes of a deposit, each with a line in its history. The caller commits."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking_app.deposits.models import LIVE, OVER, Deposit, DepositEntry, DepositState
from booking_app.deposits.vendors.contract import Look
from booking_app.tasks import store
from booking_app.tasks.records import PlannedTask

FOLLOW, SETTLE = "deposit_follow", "deposit_settle"


def note(
    session: Session, deposit: Deposit, what: str, now: datetime, *, amount: Decimal | None = None,
    code: str | None = None, staff_id: int | None = None,
) -> None:  # fmt: skip
    """Add a line to the history."""
    session.add(
        DepositEntry(deposit_id=deposit.id, at=now, what=what, amount=amount, code=code, staff_id=staff_id)
    )  # fmt: skip


def enter(session: Session, deposit: Deposit, state: DepositState, now: datetime, *, code: str | None = None) -> None:
    """Give it another state, with its line."""
    deposit.state = state
    deposit.code = code
    if state not in LIVE:
        deposit.live_family = None
    if state in OVER:
        deposit.ended_at = now
    note(session, deposit, state, now, amount=deposit.amount, code=code)


def locked(session: Session, deposit_id: int) -> Deposit:
    """The deposit, nobody else's until the transaction ends."""
    return session.get_one(Deposit, deposit_id, with_for_update=True, populate_existing=True)


def promised(session: Session, deposit: Deposit, look: Look, now: datetime) -> None:
    """Keep what the vendor says of a payment that was made."""
    deposit.payment_id = look.payment_id
    deposit.capture_before = look.capture_before
    deposit.authorised_at = deposit.authorised_at or now


def plan(session: Session, deposit: Deposit, tasks: list[PlannedTask], now: datetime) -> None:
    """Plan tasks about a deposit."""
    store.plan(session, clinic_id=deposit.clinic_id, subject=deposit.subject, tasks=tasks, now=now)


def of_reference(session: Session, clinic_id: int, reference: str) -> Deposit | None:
    """The deposit of a clinic by the reference that people know."""
    return session.scalar(select(Deposit).where(Deposit.clinic_id == clinic_id, Deposit.reference == reference))


def of_booking(session: Session, booking_id: int) -> Deposit | None:
    """What a booking was paid with, or is being paid with; None where nobody paid."""
    paid = select(Deposit).where(Deposit.booking_id == booking_id).order_by(Deposit.id.desc())
    found = session.scalars(paid).all()
    taken = [one for one in found if one.state in (DepositState.CAPTURED, DepositState.AUTHORISED)]
    return next(iter([*taken, *found]), None)
