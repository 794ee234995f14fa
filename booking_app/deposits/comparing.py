"""What the payment companies' statements say beside our deposits and bookings: the money of a span, and what differs.

Vendors count in UTC. A span is whole days of the clinic, an hour more is asked for at each side, and what lies outside
is matched but not reported.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from booking_app.bookings.desk_changes import BY_FRONT_DESK
from booking_app.bookings.models import Booking
from booking_app.clinics.models import Clinic
from booking_app.core.clock import Clock
from booking_app.core.dates import utc_text
from booking_app.core.db import Database
from booking_app.core.failures import RemoteFailure
from booking_app.deposits.models import Deposit, DepositRefund, DepositState
from booking_app.deposits.refunds import FAILED, SENT
from booking_app.deposits.registry import Cashiers
from booking_app.deposits.vendors.contract import Movement

MARGIN = timedelta(hours=1)
CALL_SECONDS = 20.0  # a page waits for it
PROMISED_FOR = timedelta(hours=1)
REFUND_TAKES = timedelta(days=10)
ENTER_WITHIN = timedelta(days=7)
MOST_LOCAL = 500
COLUMNS = ("day", "at_utc", "kind", "reference", "payment", "currency", "gross", "fee", "net")


@dataclass(frozen=True)
class Finding:
    """Something that wants a person. `reference` is a deposit's, or "" for what nobody here knows."""

    kind: str
    reference: str
    sentence: str


@dataclass(frozen=True)
class Row:
    """A line of the statement, with our reference where the payment is ours."""

    movement: Movement
    day: date
    reference: str

    @property
    def net(self) -> Decimal:
        return self.movement.amount - self.movement.fee


@dataclass(frozen=True)
class MoneyReport:
    """`rows` lie within the span; `not_asked` names vendors that did not answer, with the code."""

    first: date
    last: date
    rows: tuple[Row, ...]
    findings: tuple[Finding, ...]
    not_asked: tuple[str, ...]

    def total(self, name: str) -> Decimal:
        """The sum of `amount`, `fee` or `net` over all rows."""
        return sum((row.net if name == "net" else getattr(row.movement, name) for row in self.rows), Decimal(0))


class Comparing:
    """Reads only, here and there."""

    def __init__(self, *, database: Database, clock: Clock, cashiers: Cashiers) -> None:
        self._database = database
        self._clock = clock
        self._cashiers = cashiers

    def run(self, clinic: Clinic, first: date, last: date) -> MoneyReport:
        """The statement of these days of the clinic beside what we hold. Never raises for a vendor that is away."""
        zone = ZoneInfo(clinic.time_zone)
        since = datetime.combine(first, datetime.min.time(), zone)
        until = datetime.combine(last + timedelta(days=1), datetime.min.time(), zone)
        movements, not_asked = self._movements(clinic, since - MARGIN, until + MARGIN)
        with self._database.reading() as session:
            ours = _of_payments(session, clinic, {one.payment_id for one in movements if one.payment_id})
            findings = [*_differences(movements, ours), *local_findings(session, clinic, self._clock.now())]
            if not not_asked:
                findings += _missing(session, clinic, movements, since, until)
        rows = tuple(
            Row(one, one.at.astimezone(zone).date(), _reference(one, ours))
            for one in movements
            if since <= one.at < until
        )
        return MoneyReport(first, last, rows, tuple(findings), not_asked)

    def _movements(self, clinic: Clinic, since: datetime, until: datetime) -> tuple[list[Movement], tuple[str, ...]]:
        with self._database.reading() as session:
            methods = self._cashiers.methods(session, clinic.id)
        found, not_asked = list[Movement](), list[str]()
        for method in methods:
            deadline = self._clock.monotonic() + CALL_SECONDS
            try:
                cashier = self._cashiers.open(method.connection_id, even_paused=True)
                found += cashier.within(deadline=deadline, before_write=None).movements(since, until)
            except RemoteFailure as failure:
                not_asked.append(f"{method.spec.title}: {failure.code}")
        return sorted(found, key=lambda one: (one.at, one.remote_id)), tuple(not_asked)


def local_findings(session: Session, clinic: Clinic, now: datetime) -> list[Finding]:
    """What wants a person whatever a statement says; the newest five hundred deposits that may."""
    query = (
        select(Deposit, Booking)
        .outerjoin(Booking, Booking.id == Deposit.booking_id)
        .where(Deposit.clinic_id == clinic.id)
        .where(
            or_(
                Deposit.state.in_((DepositState.AUTHORISED, DepositState.NOT_TAKEN)),
                Deposit.is_disputed,
                (Deposit.state == DepositState.CAPTURED) & Deposit.entered_at.is_(None),
            )
        )
        .order_by(Deposit.id.desc())
        .limit(MOST_LOCAL)
    )
    found = [finding for row in session.execute(query) for finding in _about(row[0], row[1], now)]
    return [*found, *_refund_findings(session, clinic, now)]


def report_csv(report: MoneyReport) -> str:
    """A line a movement; no names. Fees as the payment company charges them, GST on them included."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in report.rows:
        one = row.movement
        writer.writerow(
            (
                row.day.isoformat(), utc_text(one.at), one.kind, row.reference, one.payment_id or "", one.currency,
                f"{one.amount:.2f}", f"{one.fee:.2f}", f"{row.net:.2f}",
            )
        )  # fmt: skip
    return target.getvalue()


def _about(deposit: Deposit, booking: Booking | None, now: datetime) -> Iterable[Finding]:
    reference = deposit.reference
    if (
        deposit.state == DepositState.AUTHORISED
        and deposit.authorised_at
        and now > deposit.authorised_at + PROMISED_FOR
    ):
        yield Finding("promised_long", reference, "Promised for more than an hour and neither taken nor given back.")
    if deposit.state == DepositState.NOT_TAKEN:
        yield Finding("not_taken", reference, "The appointment stands, but the deposit could not be taken.")
    if deposit.is_disputed:
        yield Finding("disputed", reference, "The payer disputes this payment. Answer at the payment company.")
    if deposit.state != DepositState.CAPTURED or booking is None or deposit.refunded >= deposit.amount:
        return
    if booking.is_cancelled and booking.cancel_reason == BY_FRONT_DESK and not deposit.refunded:
        yield Finding(
            "cancelled", reference, "The appointment was cancelled in Cliniko: refund the deposit, or keep it."
        )
    elif deposit.entered_at is None and now > booking.ends_at + ENTER_WITHIN:
        yield Finding("not_entered", reference, "A week after the visit it is not ticked off as entered in Cliniko.")


def _refund_findings(session: Session, clinic: Clinic, now: datetime) -> Iterable[Finding]:
    query = (
        select(Deposit.reference, DepositRefund.state)
        .join(Deposit, Deposit.id == DepositRefund.deposit_id)
        .where(Deposit.clinic_id == clinic.id)
        .where(
            or_(
                DepositRefund.state == FAILED,
                (DepositRefund.state == SENT) & (DepositRefund.asked_at < now - REFUND_TAKES),
            )
        )
        .limit(MOST_LOCAL)
    )
    for reference, state in session.execute(query):
        said = "refused by the bank" if state == FAILED else "on its way for more than ten days"
        yield Finding("refund", reference, f"A refund is {said}.")


def _of_payments(session: Session, clinic: Clinic, payment_ids: Iterable[str]) -> dict[str, Deposit]:
    found = select(Deposit).where(Deposit.clinic_id == clinic.id, Deposit.payment_id.in_(list(payment_ids)))
    return {deposit.payment_id or "": deposit for deposit in session.scalars(found)}


def _differences(movements: Sequence[Movement], ours: dict[str, Deposit]) -> Iterable[Finding]:
    for one in movements:
        if one.kind != "charge" or one.payment_id is None:
            continue
        deposit = ours.get(one.payment_id)
        if deposit is None:
            said = f"{one.currency} {one.amount:.2f} was taken that no deposit here accounts for ({one.payment_id})."
            yield Finding("unknown_charge", "", said)
        elif deposit.state != DepositState.CAPTURED:
            yield Finding("taken_there", deposit.reference, "It was taken there, and is not taken here.")
        elif deposit.amount != one.amount:
            said = f"{one.amount:.2f} was taken there, {deposit.amount:.2f} here."
            yield Finding("amounts_differ", deposit.reference, said)


def _missing(
    session: Session, clinic: Clinic, movements: Sequence[Movement], since: datetime, until: datetime
) -> Iterable[Finding]:
    there = {one.payment_id for one in movements if one.kind == "charge"}
    taken = select(Deposit).where(
        Deposit.clinic_id == clinic.id, Deposit.state == DepositState.CAPTURED, Deposit.captured_at >= since,
        Deposit.captured_at < until,
    )  # fmt: skip
    for deposit in session.scalars(taken):
        if deposit.payment_id not in there:
            yield Finding("not_in_statement", deposit.reference, "Taken here, but not in the statement there.")


def _reference(one: Movement, ours: dict[str, Deposit]) -> str:
    deposit = ours.get(one.payment_id or "")
    return deposit.reference if deposit else ""
