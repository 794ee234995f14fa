"""Has the patient paid on the vendor's page? Asked when they are back, when the vendor reports, and in any case later.

Once they have, the booking is written: whoever closed the page after paying gets what they paid for.
"""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking_app.bookings.errors import DetailsMissing, DraftGone, SlotGone
from booking_app.bookings.models import Booking
from booking_app.deposits.history import SETTLE, enter, locked, plan, promised
from booking_app.deposits.models import UNPAID, Deposit, DepositState
from booking_app.deposits.tasks.base import MoneyTask, Opened
from booking_app.deposits.vendors.contract import Look, Standing
from booking_app.tasks.records import Effect, Later, PlannedTask, Work

LOOK_EVERY = 240.0  # seconds; a message of the vendor or the patient's return makes it sooner
LOOK_SOON = 2.0
BACK_LATELY = timedelta(minutes=2)
MARGIN = timedelta(minutes=1)  # after the page's end, by a clock that is not ours
OPENING_TAKES = timedelta(minutes=2)
PAID = (DepositState.AUTHORISED, DepositState.CAPTURED)


class FollowCheckout(MoneyTask):
    """The task `deposit_follow`."""

    def act(self, work: Work) -> Effect | Later:
        opened, now = self.opened(work), self._clock.now()
        deposit = opened.deposit
        if deposit.state not in UNPAID:
            return Effect(note="settled")
        if not opened.remote_id:
            is_lost = now >= deposit.opened_at + OPENING_TAKES
            return self._ended(work, "not_opened") if is_lost else Later(LOOK_SOON)
        look = self._looked(work, opened)
        if look.standing in (Standing.AUTHORISED, Standing.CAPTURED):
            return self._paid(work, deposit, look)
        if look.standing is Standing.OPEN:
            is_back = deposit.returned_at is not None and now < deposit.returned_at + BACK_LATELY
            return Later(LOOK_SOON if is_back else LOOK_EVERY)
        return self._ended(work, look.standing)

    def _looked(self, work: Work, opened: Opened) -> Look:
        """Where it stands; a page that should be closed by now is closed."""
        cashier = self.cashier(work, opened.deposit)
        look = cashier.look(opened.remote_id)
        is_late = self._clock.now() >= opened.deposit.expires_at + MARGIN
        if look.standing is Standing.OPEN and is_late:
            return cashier.release(opened.remote_id, None, key=f"{opened.deposit.reference}-close")
        return look

    def _paid(self, work: Work, deposit: Deposit, look: Look) -> Effect:
        """Write the booking, and in the same transaction that it is paid for; or have the money given back."""
        try:
            self._tools.place_paid(
                deposit.draft_id,
                deposit.reference,
                lambda session, booking: self._write(session, booking, work.subject_id, look),
            )
        except (SlotGone, DraftGone, DetailsMissing) as error:
            return self._lost(work, look, type(error).__name__)
        return Effect(look.payment_id)

    def _write(self, session: Session, booking: Booking, deposit_id: int, look: Look) -> None:
        now, deposit = self._clock.now(), locked(session, deposit_id)
        if deposit.state not in UNPAID:
            return
        others = select(Deposit.id).where(
            Deposit.booking_id == booking.id, Deposit.id != deposit.id, Deposit.state.in_(PAID)
        )
        if booking.service_id != deposit.service_id or session.scalar(others) is not None:
            raise SlotGone  # another service was chosen since, or it has been paid for already
        promised(session, deposit, look, now)
        deposit.booking_id = booking.id
        enter(session, deposit, DepositState.AUTHORISED, now)
        plan(session, deposit, [PlannedTask(SETTLE, connection_id=deposit.connection_id)], now)

    def _lost(self, work: Work, look: Look, code: str) -> Effect:
        now = self._clock.now()

        def record(session: Session) -> None:
            deposit = locked(session, work.subject_id)
            promised(session, deposit, look, now)
            enter(session, deposit, DepositState.RELEASING, now, code=code)
            plan(session, deposit, [PlannedTask(SETTLE, connection_id=deposit.connection_id)], now)

        return Effect(look.payment_id, code, record)

    def _ended(self, work: Work, code: str) -> Effect:
        now = self._clock.now()

        def record(session: Session) -> None:
            enter(session, locked(session, work.subject_id), DepositState.ENDED, now, code=code)

        return Effect(note=code, record=record)
