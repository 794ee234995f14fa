"""What becomes of a deposit when its booking is cancelled: the rule that the patient saw decides."""

from datetime import datetime
from decimal import Decimal

from booking_app.bookings.desk_changes import BY_FRONT_DESK
from booking_app.bookings.models import Booking
from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.core.failures import Failure, RemoteFailure
from booking_app.deposits.history import locked, note, of_booking
from booking_app.deposits.models import Deposit, DepositState
from booking_app.deposits.refunds import ask_refund, left_to_refund
from booking_app.deposits.terms import refund_due
from booking_app.tasks.models import Task
from booking_app.tasks.records import Effect, Later, Work

SETTLING = (DepositState.AUTHORISED, DepositState.RELEASING)
LOOK_AGAIN = 5.0
BY_PATIENT, BY_CLINIC = "cancelled", "clinic_cancelled"


class ApplyPolicy:
    """The task `deposit_cancelled` of a booking. Decides and plans; the refund itself is a task of the deposit.

    The rule says how much comes back in all: what was refunded before counts, so that deciding twice adds nothing.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def probe(self, work: Work) -> None:
        """Nothing is sent from here, so that there is nothing to find."""

    def act(self, work: Work) -> Effect | Later:
        now = self._clock.now()
        with self._database.begin() as session:
            booking = session.get_one(Booking, work.subject_id)
            paid = of_booking(session, booking.id)
            if paid is not None and paid.state in SETTLING:
                return Later(LOOK_AGAIN)
            if paid is None or paid.state != DepositState.CAPTURED:
                return Effect(note="nothing_taken")
            deposit, left = locked(session, paid.id), left_to_refund(session, paid)
            is_by_clinic = booking.cancel_reason == BY_FRONT_DESK
            if is_by_clinic and not deposit.rules().refund_when_clinic_cancels:
                raise RemoteFailure("deposit_needs_decision", failure=Failure.CONFIG)
            asked_at = session.get_one(Task, work.task_id).created_at
            due = left if is_by_clinic else _due(deposit, booking, asked_at) - (deposit.amount - left)
            if due <= 0:
                note(session, deposit, "kept", now, amount=left)
                return Effect(note="kept")
            ask_refund(session, deposit, due, BY_CLINIC if is_by_clinic else BY_PATIENT, now)
            return Effect(note=f"refund {due}")


def _due(deposit: Deposit, booking: Booking, asked_at: datetime) -> Decimal:
    return refund_due(deposit.rules(), deposit.amount, starts_at=booking.starts_at, cancelled_at=asked_at)
