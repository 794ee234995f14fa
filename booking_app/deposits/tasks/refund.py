"""Refund taken money. Some banks answer days later, and some refuse then: the task waits for the end of it."""

from sqlalchemy.orm import Session

from booking_app.core.failures import Failure, RemoteFailure
from booking_app.deposits.history import locked, note
from booking_app.deposits.models import Deposit, DepositRefund
from booking_app.deposits.refunds import DONE, FAILED, SENT, reference_of
from booking_app.deposits.tasks.base import MoneyTask
from booking_app.deposits.tasks.following import after_refund
from booking_app.deposits.vendors.contract import Cashier, Refunded
from booking_app.deposits.vendors.failures import KeptFailure
from booking_app.tasks.records import Effect, Later, Record, Work

LOOK_EVERY = 6 * 3600.0  # a bank takes days; a message of the vendor makes it sooner


class RefundDeposit(MoneyTask):
    """The task `deposit_refund:<id>`."""

    def act(self, work: Work) -> Effect | Later:
        refund, deposit = self._asked(work)
        if refund.state in (DONE, FAILED):
            return Effect(note=refund.state)
        cashier = self.cashier(work, deposit)
        found = self._found(work, cashier, refund, deposit) or self._sent(cashier, refund, deposit)
        if found.has_failed:
            self._keep_failure(refund, deposit)
            raise RemoteFailure("refund_failed", failure=Failure.DATA)
        if refund.state != SENT:
            self._keep_sent(refund, deposit, found)
        if not found.is_done:
            return Later(LOOK_EVERY, remote_id=found.remote_id)
        return Effect(found.remote_id, record=self._done(refund.id, deposit.id))

    def _asked(self, work: Work) -> tuple[DepositRefund, Deposit]:
        with self._database.reading() as session:
            refund = session.get_one(DepositRefund, int(work.name.partition(":")[2]))
            return refund, session.get_one(Deposit, refund.deposit_id)

    def _found(self, work: Work, cashier: Cashier, refund: DepositRefund, deposit: Deposit) -> Refunded | None:
        """The refund as the vendor has it, where it may have been asked for before."""
        if work.attempts == 1 and refund.round == 0 and refund.remote_id is None:
            return None
        reference = reference_of(refund.id, deposit)
        return cashier.find_refund(deposit.payment_id or "", reference, refund.remote_id)

    def _sent(self, cashier: Cashier, refund: DepositRefund, deposit: Deposit) -> Refunded:
        reference = reference_of(refund.id, deposit)
        try:
            return cashier.refund(
                deposit.payment_id or "",
                refund.amount,
                deposit.currency,
                key=f"{reference}-{refund.round}",
                reference=reference,
            )
        except KeptFailure:
            with self._database.begin() as session:
                session.get_one(DepositRefund, refund.id, with_for_update=True).round += 1
            raise

    def _keep_sent(self, refund: DepositRefund, deposit: Deposit, found: Refunded) -> None:
        """From now on the money is on its way, and the patient is told so."""
        now = self._clock.now()
        with self._database.begin() as session:
            kept = session.get_one(DepositRefund, refund.id, with_for_update=True)
            if kept.state == SENT:
                return
            kept.state, kept.remote_id = SENT, found.remote_id
            paid = locked(session, deposit.id)
            note(session, paid, "refund_sent", now, amount=kept.amount)
            after_refund(session, paid, kept.id, now)

    def _keep_failure(self, refund: DepositRefund, deposit: Deposit) -> None:
        with self._database.begin() as session:
            kept = session.get_one(DepositRefund, refund.id, with_for_update=True)
            if kept.state == FAILED:
                return
            kept.state = FAILED
            paid = locked(session, deposit.id)
            paid.refunded -= kept.amount
            note(session, paid, "refund_failed", self._clock.now(), amount=kept.amount)

    def _done(self, refund_id: int, deposit_id: int) -> Record:
        now = self._clock.now()

        def record(session: Session) -> None:
            refund = session.get_one(DepositRefund, refund_id, with_for_update=True, populate_existing=True)
            refund.state, refund.done_at = DONE, now
            note(session, locked(session, deposit_id), "refunded", now, amount=refund.amount)

        return record
