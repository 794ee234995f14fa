"""Whom a deposit belongs to: shown and erased when the person asks, and forgotten once nothing needs it.

What tax law wants kept for years stays: reference, amounts, dates, the vendor's ids and the rules that were shown.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from booking_app.bookings.person.records import Erased, FoundPerson
from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.core.sealing import Keyring
from booking_app.deposits.models import LIVE, Deposit, DepositEntry, DepositState
from booking_app.deposits.refunds import refunds_of
from booking_app.deposits.tasks.mail import payer_of
from booking_app.tasks import lookups

GRACE = timedelta(hours=24)
LONGEST = timedelta(days=30)
AT_ONCE = 200
KEPT = (
    "Of each deposit its reference, amounts, dates, the payment company’s number and the rules shown stay for seven "
    "years, as tax law asks: they name nobody."
)
AT_VENDOR = "The payment company keeps its own record of who paid; ask it, or delete the customer there."
UNDER_WAY = "{count} of a deposit is still under way; its e-mail address goes once that has come to an end."


class DepositData:
    """The part of this package; safe to share between threads."""

    name = "deposits"

    def __init__(self, *, database: Database, keyring: Keyring, clock: Clock) -> None:
        self._database = database
        self._keyring = keyring
        self._clock = clock

    def export(self, person: FoundPerson) -> Any:
        with self._database.reading() as session:
            return [self._exported(session, deposit) for deposit in _of(session, person)]

    def erase(self, person: FoundPerson) -> Erased:
        """Forget whom they belong to; commits. Safe to repeat."""
        with self._database.begin() as session:
            found = _of(session, person)
            over = [deposit for deposit in found if deposit.state not in (*LIVE, DepositState.RELEASING)]
            for deposit in over:
                _forget(deposit)
        if not found:
            return Erased()
        left = [KEPT, AT_VENDOR]
        if len(over) < len(found):
            left.append(UNDER_WAY.format(count=len(found) - len(over)))
        return Erased((f"{len(over)} deposits: e-mail address erased.",), left)

    def forget(self) -> int:
        """Forget whom finished deposits belong to, thirty days after at the latest; commits. Returns how many."""
        now = self._clock.now()
        candidates = select(Deposit).where(Deposit.sealed_payer.is_not(None), Deposit.opened_at < now - GRACE)
        with self._database.begin() as session:
            rows = session.scalars(candidates.order_by(Deposit.id).limit(AT_ONCE).with_for_update()).all()
            due = [
                row for row in rows if row.opened_at < now - LONGEST or not lookups.has_open_tasks(session, row.subject)
            ]
            for deposit in due:
                _forget(deposit)
            return len(due)

    def _exported(self, session: Session, deposit: Deposit) -> dict[str, Any]:
        payer = payer_of(self._keyring, deposit)
        entries = select(DepositEntry).where(DepositEntry.deposit_id == deposit.id).order_by(DepositEntry.id)
        return {
            "reference": deposit.reference,
            "amount": f"{deposit.amount} {deposit.currency}",
            "state": deposit.state,
            "paid_by": deposit.vendor,
            "payment_id": deposit.payment_id,
            "email": payer["email"] if payer else None,
            "rules_shown": deposit.policy,
            "refunds": [
                {"amount": str(each.amount), "state": each.state, "asked_at": each.asked_at.isoformat()}
                for each in refunds_of(session, deposit.id)
            ],
            "history": [{"what": each.what, "at": each.at.isoformat()} for each in session.scalars(entries)],
        }


def _forget(deposit: Deposit) -> None:
    deposit.sealed_payer = None
    deposit.draft_hash = ""


def _of(session: Session, person: FoundPerson) -> Sequence[Deposit]:
    is_theirs = or_(Deposit.booking_id.in_(person.booking_ids), Deposit.draft_id.in_(person.draft_ids))
    query = select(Deposit).where(Deposit.clinic_id == person.clinic.id, is_theirs).order_by(Deposit.id)
    return session.scalars(query).all()
