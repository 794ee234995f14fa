"""Giving taken money back: asked for once, in the transaction that decides it, and never more than is left."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking_app.core.amounts import money
from booking_app.deposits.errors import RefundRefused
from booking_app.deposits.history import note, plan
from booking_app.deposits.models import Deposit, DepositRefund, DepositState
from booking_app.tasks.records import PlannedTask

REFUND = "deposit_refund"
ASKED, SENT, DONE, FAILED = "asked", "sent", "done", "failed"


def ask_refund(
    session: Session, deposit: Deposit, amount: Decimal, reason: str, now: datetime, *, staff_id: int | None = None
) -> DepositRefund:
    """Plan a refund of a locked deposit; the caller commits and wakes it. Raises RefundRefused."""
    left = left_to_refund(session, deposit)
    if deposit.state != DepositState.CAPTURED:
        raise RefundRefused("This deposit has not been taken, so there is nothing to refund.")
    if not 0 < amount <= left:
        raise RefundRefused(f"At most {money(left, deposit.currency)} of this deposit can still be refunded.")
    refund = DepositRefund(deposit_id=deposit.id, amount=amount, reason=reason, state=ASKED, asked_at=now)
    session.add(refund)
    session.flush()
    deposit.refunded += amount
    note(session, deposit, "refund_asked", now, amount=amount, code=reason, staff_id=staff_id)
    plan(session, deposit, [_task(refund, deposit)], now)
    return refund


def left_to_refund(session: Session, deposit: Deposit) -> Decimal:
    """What was taken, less every refund that was asked for and has not failed."""
    amounts = select(DepositRefund.amount).where(DepositRefund.deposit_id == deposit.id, DepositRefund.state != FAILED)
    return deposit.amount - sum(session.scalars(amounts), Decimal(0))


def refunds_of(session: Session, deposit_id: int) -> list[DepositRefund]:
    """Every refund of a deposit, the oldest first."""
    query = select(DepositRefund).where(DepositRefund.deposit_id == deposit_id)
    return list(session.scalars(query.order_by(DepositRefund.id)))


def reference_of(refund_id: int, deposit: Deposit) -> str:
    """By which the vendor's own record of a refund is found again."""
    return f"{deposit.reference}-R{refund_id}"


def task_name(refund_id: int) -> str:
    return f"{REFUND}:{refund_id}"


def _task(refund: DepositRefund, deposit: Deposit) -> PlannedTask:
    return PlannedTask(task_name(refund.id), kind=REFUND, connection_id=deposit.connection_id)
