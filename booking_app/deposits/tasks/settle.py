"""Promised money is taken once the appointment stands without a conflict, and given back when it never will."""

from datetime import timedelta
from enum import Enum, auto

from sqlalchemy.orm import Session

from booking_app.bookings.models import BACK_AT_WORK, Booking, BookingState
from booking_app.core.failures import Failure, RemoteFailure
from booking_app.deposits.history import enter, locked
from booking_app.deposits.models import Deposit, DepositState
from booking_app.deposits.refunds import ask_refund
from booking_app.deposits.tasks.base import MoneyTask, Opened
from booking_app.deposits.tasks.following import after_capture, after_release
from booking_app.deposits.terms import refund_due
from booking_app.deposits.vendors.contract import Cashier, Look, Standing
from booking_app.deposits.vendors.failures import KeptFailure
from booking_app.tasks.records import Effect, Later, Work

LOOK_AGAIN = 2.0
KEPT_FOR = timedelta(hours=24)  # a promise for a request that Cliniko keeps waiting
CAPTURE, RELEASE = "capture", "release"


class Fate(Enum):
    """What is to become of promised money."""

    WAIT = auto()
    TAKE = auto()
    GIVE_BACK = auto()


def fate_of(deposit: Deposit, booking: Booking | None) -> Fate:
    """By the booking: placed, still being placed, or never to be."""
    if deposit.state == DepositState.RELEASING or booking is None:
        return Fate.GIVE_BACK
    if booking.state in (*BACK_AT_WORK, BookingState.FAILED):
        return Fate.GIVE_BACK
    if booking.state == BookingState.PLACING:
        return Fate.WAIT
    if booking.is_cancelled and _is_all_due(deposit, booking):
        return Fate.GIVE_BACK
    return Fate.TAKE


def _is_all_due(deposit: Deposit, booking: Booking) -> bool:
    cancelled_at = booking.cancelled_at
    if cancelled_at is None:
        return False
    due = refund_due(deposit.rules(), deposit.amount, starts_at=booking.starts_at, cancelled_at=cancelled_at)
    return due == deposit.amount


class SettleDeposit(MoneyTask):
    """The task `deposit_settle`."""

    def act(self, work: Work) -> Effect | Later:
        opened = self.opened(work)
        deposit = opened.deposit
        if deposit.state not in (DepositState.AUTHORISED, DepositState.RELEASING):
            return Effect(note="settled")
        match fate_of(deposit, opened.booking):
            case Fate.WAIT:
                return self._wait(work, opened)
            case Fate.TAKE:
                return self._take(work, opened)
            case Fate.GIVE_BACK:
                return self._give_back(work, opened)

    def _wait(self, work: Work, opened: Opened) -> Effect | Later:
        """Cliniko is away: not for longer than a promise of money may be kept without an appointment."""
        since = opened.deposit.authorised_at
        if opened.booking is None or since is None or self._clock.now() < since + KEPT_FOR:
            return Later(LOOK_AGAIN)
        self._tools.give_up(opened.booking.id)
        again = self.opened(work)
        is_over = fate_of(again.deposit, again.booking) is Fate.GIVE_BACK
        return self._give_back(work, again) if is_over else Later(LOOK_AGAIN)

    def _take(self, work: Work, opened: Opened) -> Effect:
        cashier, deposit = self.cashier(work, opened.deposit), opened.deposit
        look = cashier.look(opened.remote_id) if _was_tried(work, deposit) else None
        if look is None or look.standing is Standing.AUTHORISED:
            look = self._sent(cashier, opened)
        if look.standing is Standing.CAPTURED:
            return self._recorded(work, look, DepositState.CAPTURED)
        if look.standing is Standing.AUTHORISED:
            raise RemoteFailure("deposit_still_promised", failure=Failure.TRANSIENT)
        self._not_taken(deposit.id, look)
        raise RemoteFailure("deposit_not_taken", failure=Failure.DATA)

    def _sent(self, cashier: Cashier, opened: Opened) -> Look:
        deposit = opened.deposit
        key = f"{deposit.reference}-{CAPTURE}-{deposit.round}"
        try:
            return cashier.capture(opened.remote_id, deposit.payment_id or "", key=key)
        except KeptFailure:
            self._next_round(deposit.id)
            raise

    def _give_back(self, work: Work, opened: Opened) -> Effect | Later:
        deposit = opened.deposit
        self._mark_releasing(deposit)
        key = f"{deposit.reference}-{RELEASE}-{deposit.round}"
        try:
            look = self.cashier(work, deposit).release(opened.remote_id, deposit.payment_id, key=key)
        except KeptFailure:
            self._next_round(deposit.id)
            raise
        if look.standing in (Standing.OPEN, Standing.AUTHORISED):
            return Later(30)
        is_taken = look.standing is Standing.CAPTURED
        return self._recorded(work, look, DepositState.CAPTURED if is_taken else DepositState.RELEASED)

    def _recorded(self, work: Work, look: Look, state: DepositState) -> Effect:
        now = self._clock.now()

        def record(session: Session) -> None:
            deposit = locked(session, work.subject_id)
            was_unwanted = deposit.state == DepositState.RELEASING
            enter(session, deposit, state, now)
            if state == DepositState.RELEASED:
                after_release(session, deposit, now)
                return
            deposit.captured_at = now
            if was_unwanted:
                ask_refund(session, deposit, deposit.amount, "not_booked", now)
            else:
                after_capture(session, deposit, now)

        return Effect(look.payment_id, str(look.standing), record)

    def _mark_releasing(self, deposit: Deposit) -> None:
        """From here on it is on its way back, whatever becomes of the booking: nobody takes it any more."""
        if deposit.state == DepositState.RELEASING:
            return
        with self._database.begin() as session:
            enter(session, locked(session, deposit.id), DepositState.RELEASING, self._clock.now())

    def _not_taken(self, deposit_id: int, look: Look) -> None:
        with self._database.begin() as session:
            enter(session, locked(session, deposit_id), DepositState.NOT_TAKEN, self._clock.now(), code=look.standing)

    def _next_round(self, deposit_id: int) -> None:
        """The vendor goes on to repeat this failure under its key; after a look another key is taken."""
        with self._database.begin() as session:
            locked(session, deposit_id).round += 1


def _was_tried(work: Work, deposit: Deposit) -> bool:
    return work.attempts > 1 or deposit.round > 0
