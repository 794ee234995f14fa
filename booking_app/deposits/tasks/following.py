"""What is planned once money was taken, given back or refunded: whom to tell. The caller commits."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking_app.clinics.connections import connections_of
from booking_app.deposits.history import plan
from booking_app.deposits.models import Deposit
from booking_app.tasks.records import PlannedTask

NOTE = "deposit_note"
RECEIPT_MAIL, RELEASED_MAIL, REFUND_MAIL = "deposit_receipt_mail", "deposit_released_mail", "deposit_refund_mail"


def after_capture(session: Session, deposit: Deposit, now: datetime) -> None:
    """The patient gets a receipt, and the appointment in Cliniko says that it was paid."""
    cliniko = next((each.id for each in connections_of(session, deposit.clinic_id, "cliniko")), None)
    plan(session, deposit, [PlannedTask(RECEIPT_MAIL), PlannedTask(NOTE, connection_id=cliniko)], now)


def after_release(session: Session, deposit: Deposit, now: datetime) -> None:
    """The patient hears that nothing was taken."""
    plan(session, deposit, [PlannedTask(RELEASED_MAIL)], now)


def after_refund(session: Session, deposit: Deposit, refund_id: int, now: datetime) -> None:
    """The patient hears that money is on its way back."""
    plan(session, deposit, [PlannedTask(f"{REFUND_MAIL}:{refund_id}", kind=REFUND_MAIL)], now)
