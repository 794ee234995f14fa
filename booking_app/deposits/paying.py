"""The way to a payment page and back: opened for a draft, once at a time; what the patient sees in between.

The address of a payment (`/pay/<token>`) is known to the vendor, because it sends the patient back there. The draft's
own address, which opens what was typed, never leaves us: it is kept sealed, and shown only while the payment is young.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import structlog
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from booking_app.bookings.drafts import Drafts
from booking_app.bookings.models import Booking
from booking_app.bookings.records import PatientDetails, PayingDraft
from booking_app.catalogue.records import ServiceView
from booking_app.clinics.models import Clinic
from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.core.failures import RemoteFailure
from booking_app.core.sealing import Keyring
from booking_app.core.tokens import derived_token, hash_token, new_reference
from booking_app.deposits.errors import NothingToPay, PaymentGone, PaymentUnavailable, TooManyDeclines
from booking_app.deposits.history import FOLLOW, enter, locked
from booking_app.deposits.models import UNPAID, Deposit, DepositState
from booking_app.deposits.registry import Cashiers, Method
from booking_app.deposits.tasks.mail import payer_of
from booking_app.deposits.terms import Terms, refund_due, terms_of
from booking_app.deposits.vendors.contract import Cashier, Checkout, DepositOrder, Standing
from booking_app.deposits.vendors.registered import SPECS
from booking_app.tasks import decisions, lookups, store
from booking_app.tasks.models import TaskState
from booking_app.tasks.records import PlannedTask
from booking_app.tasks.runner import TaskRunner

PAGE_MINUTES = 31  # Stripe's least is 30 from the moment in which it reads the request
HOLD_LONGER = timedelta(minutes=2)
OPEN_SECONDS = 8.0
FOLLOW_AFTER = timedelta(seconds=90)
STILL_GOOD = timedelta(minutes=3)  # a page with less left than this is opened anew
SHOWN_FOR = timedelta(hours=2)  # the way back to the draft; afterwards only what became of the payment
MOST_DECLINES = 3
PAID = (DepositState.AUTHORISED, DepositState.CAPTURED)
DECLINED_WITHIN = timedelta(hours=1)

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Offer:
    """What the last step asks. Without methods it cannot be paid right now.

    `last_state` is that of the last payment of this draft: what became of it is said on the page.
    """

    terms: Terms
    methods: tuple[Method, ...]
    last_state: str | None = None

    @property
    def is_test(self) -> bool:
        return any(method.is_test for method in self.methods)


@dataclass(frozen=True)
class PaidDeposit:
    """What a booking was paid with. `comes_back` is what the patient would get back who cancels now."""

    amount: Decimal
    refunded: Decimal
    comes_back: Decimal
    currency: str
    is_taken: bool
    is_test: bool


@dataclass(frozen=True)
class Payment:
    """A payment as the pages on its way show it. `draft_token` leads back to what was typed, while that may be."""

    clinic: Clinic
    token: str
    state: str
    vendor: str
    reference: str
    url: str | None
    draft_token: str | None
    booking_state: str | None
    is_stuck: bool = False

    @property
    def is_booked(self) -> bool:
        return self.booking_state is not None


class Paying:
    """Payments by draft, and by the token in the address of a payment. Each method commits."""

    def __init__(
        self, *, database: Database, keyring: Keyring, clock: Clock, drafts: Drafts, cashiers: Cashiers,
        task_runner: TaskRunner, secret_key: str, base_url: str,
    ) -> None:  # fmt: skip
        self._database = database
        self._keyring = keyring
        self._clock = clock
        self._drafts = drafts
        self._cashiers = cashiers
        self._task_runner = task_runner
        self._secret_key = secret_key
        self._base_url = base_url

    def offer(self, clinic: Clinic, service: ServiceView | None, draft_token: str) -> Offer | None:
        """What is asked for this service; None, without asking the database, where nothing is."""
        terms = terms_of(clinic, service) if service else None
        if terms is None:
            return None
        with self._database.reading() as session:
            methods = self._cashiers.methods(session, clinic.id)
            last = session.scalars(
                select(Deposit)
                .where(Deposit.draft_hash == hash_token(draft_token))
                .order_by(Deposit.id.desc())
                .limit(1)
            ).first()
        if not methods:
            return None  # nobody has connected a way to pay: there is nothing to ask
        usable = tuple(method for method in methods if method.is_usable and _fits(terms, method))
        return Offer(terms, usable, last.state if last else None)

    def begin(self, clinic: Clinic, service: ServiceView, draft_token: str, vendor: str) -> str:
        """Open a payment page; returns the token of the payment's own address. A page that is open still is used again.

        The draft and its hold outlast the page. Raises NothingToPay, PaymentUnavailable, TooManyDeclines, SlotGone,
        DraftGone, DetailsMissing.
        """
        offer = self.offer(clinic, service, draft_token)
        method = next((one for one in offer.methods if one.spec.name == vendor), None) if offer else None
        if offer is None or method is None:
            raise NothingToPay
        now = self._clock.now()
        ends_at = now + timedelta(minutes=PAGE_MINUTES)
        paying = self._drafts.keep_for_payment(clinic, draft_token, ends_at + HOLD_LONGER)
        if standing := self._standing(paying, offer.terms, method, now):
            return self._token(standing.reference)
        deposit = self._new_deposit(clinic, paying, offer.terms, method, draft_token, now)
        if deposit is None:
            return self._token(self._live(paying).reference)  # another tab was faster
        self._open(clinic, deposit, paying, ends_at)
        return self._token(deposit.reference)

    def load(self, token: str) -> Payment:
        """The payment as it stands. Raises PaymentGone."""
        now = self._clock.now()
        with self._database.reading() as session:
            deposit = _found(session, token)
            booking = session.get(Booking, deposit.booking_id) if deposit.booking_id else None
            clinic = session.get_one(Clinic, deposit.clinic_id)
            tasks = lookups.tasks_of(session, deposit.subject)
        payer = payer_of(self._keyring, deposit) if now < deposit.opened_at + SHOWN_FOR else None
        return Payment(
            clinic=clinic,
            token=token,
            state=deposit.state,
            vendor=SPECS[deposit.vendor].title if deposit.vendor in SPECS else deposit.vendor,
            reference=deposit.reference,
            url=self._url(deposit) if deposit.state == DepositState.OPEN else None,
            draft_token=str(payer["draft"]) if payer else None,
            booking_state=booking.state if booking else None,
            is_stuck=any(task.failure for task in tasks),
        )

    def returned(self, token: str) -> None:
        """The patient is back from the vendor's page: it is looked at now. Safe to repeat. Raises PaymentGone."""
        now = self._clock.now()
        with self._database.begin() as session:
            deposit = _found(session, token)
            if deposit.state in UNPAID and deposit.returned_at is None:
                locked(session, deposit.id).returned_at = now
            self._hasten(session, deposit, now)
        self._task_runner.wake(deposit.subject)

    def hear(self, clinic_id: int, reference: str | None, payment_id: str | None) -> None:
        """A vendor reports something about a payment: whatever is under way looks now."""
        if not reference and not payment_id:
            return
        now = self._clock.now()
        with self._database.begin() as session:
            is_it = Deposit.reference == reference if reference else Deposit.payment_id == payment_id
            deposit = session.scalar(select(Deposit).where(Deposit.clinic_id == clinic_id, is_it))
            if deposit is None:
                return
            self._hasten(session, deposit, now)
        self._task_runner.wake(deposit.subject)

    def paid_for(self, booking_reference: str) -> PaidDeposit | None:
        """The deposit of a booking, promised or taken; None where nothing was paid, or it all went back unasked."""
        with self._database.reading() as session:
            deposit = session.scalar(select(Deposit).where(Deposit.reference == booking_reference))
            booking = session.get(Booking, deposit.booking_id) if deposit and deposit.booking_id else None
        if deposit is None or booking is None or deposit.state not in PAID:
            return None
        due = refund_due(
            deposit.rules(), deposit.amount, starts_at=booking.starts_at, cancelled_at=self._clock.now()
        )  # fmt: skip
        return PaidDeposit(
            amount=deposit.amount,
            refunded=deposit.refunded,
            comes_back=max(due - deposit.refunded, Decimal(0)),
            currency=deposit.currency,
            is_taken=deposit.state == DepositState.CAPTURED,
            is_test=deposit.is_test,
        )

    def is_settling(self, booking_reference: str) -> bool:
        """Whether money of a booking that was lost is still on its way back, and nothing keeps it from going."""
        with self._database.reading() as session:
            deposit = session.scalar(select(Deposit).where(Deposit.reference == booking_reference))
            if deposit is None or deposit.state not in (DepositState.AUTHORISED, DepositState.RELEASING):
                return False
            return not any(task.failure for task in lookups.tasks_of(session, deposit.subject))

    def _hasten(self, session: Session, deposit: Deposit, now: datetime) -> None:
        waiting = [task for task in lookups.tasks_of(session, deposit.subject) if task.state == TaskState.READY]
        decisions.bring_forward(session, [task.id for task in waiting], now)

    def _standing(self, paying: PayingDraft, terms: Terms, method: Method, now: datetime) -> Deposit | None:
        """The payment that is to be used: promised already, or open on the same terms. Others are closed."""
        with self._database.reading() as session:
            self._refuse_declines(session, paying, now)
            live = session.scalar(select(Deposit).where(Deposit.live_family == paying.family))
        if live is None:
            return None
        is_same = (live.connection_id, live.amount, live.service_id) == (
            method.connection_id,
            terms.amount,
            paying.choice.service_id,
        )
        is_young = live.state == DepositState.OPENING or live.expires_at - now > STILL_GOOD
        if live.state == DepositState.AUTHORISED or (is_same and is_young):
            return live
        return self._closed(live)

    def _closed(self, live: Deposit) -> Deposit | None:
        """Close an open page before another one is opened; the payment itself where it turns out to be paid."""
        remote_id = self._checkout(live).get("id", "")
        try:
            if remote_id:
                cashier = self._hurried(live.connection_id)
                if cashier.look(remote_id).standing is Standing.AUTHORISED:
                    return live
                cashier.release(remote_id, None, key=f"{live.reference}-close")
        except RemoteFailure as failure:
            raise PaymentUnavailable(failure.code) from failure
        with self._database.begin() as session:
            deposit = locked(session, live.id)
            if deposit.state in UNPAID:
                enter(session, deposit, DepositState.ENDED, self._clock.now(), code="another_method")
        return None

    def _new_deposit(
        self, clinic: Clinic, paying: PayingDraft, terms: Terms, method: Method, draft_token: str, now: datetime
    ) -> Deposit | None:
        """The row and the task that follows it, before anybody is asked; None where another one came up meanwhile."""
        reference = new_reference()
        deposit = Deposit(
            clinic_id=clinic.id,
            connection_id=method.connection_id,
            vendor=method.spec.name,
            reference=reference,
            pay_hash=hash_token(self._token(reference)),
            draft_id=paying.draft_id,
            draft_hash=hash_token(draft_token),
            family=paying.family,
            live_family=paying.family,
            service_id=paying.choice.service_id,
            state=DepositState.OPENING,
            amount=terms.amount,
            currency=terms.currency,
            is_test=method.is_test,
            policy=terms.policy.to_json(),
            sealed_payer=self._sealed({"email": paying.details.email, "draft": draft_token}),
            opened_at=now,
            expires_at=now + timedelta(minutes=PAGE_MINUTES),
        )
        try:
            with self._database.begin() as session:
                session.add(deposit)
                session.flush()
                enter(session, deposit, DepositState.OPENING, now)
                follow = [PlannedTask(FOLLOW, connection_id=deposit.connection_id)]
                store.plan(session, clinic_id=clinic.id, subject=deposit.subject, tasks=follow, now=now + FOLLOW_AFTER)
        except IntegrityError:
            return None
        return deposit

    def _open(self, clinic: Clinic, deposit: Deposit, paying: PayingDraft, ends_at: datetime) -> None:
        order = _order(
            clinic, deposit, paying.details, ends_at, f"{self._base_url}/pay/{self._token(deposit.reference)}"
        )
        try:
            checkout = self._hurried(deposit.connection_id).open_checkout(order, key=f"{deposit.reference}-open")
        except RemoteFailure as failure:
            self._not_opened(deposit.id, failure.code)
            raise PaymentUnavailable(failure.code) from failure
        self._opened(deposit.id, checkout)

    def _opened(self, deposit_id: int, checkout: Checkout) -> None:
        with self._database.begin() as session:
            deposit = locked(session, deposit_id)
            deposit.sealed_checkout = self._sealed({"id": checkout.remote_id, "url": checkout.url})
            deposit.expires_at = checkout.expires_at
            if deposit.state == DepositState.OPENING:
                enter(session, deposit, DepositState.OPEN, self._clock.now())

    def _not_opened(self, deposit_id: int, code: str) -> None:
        log.warning("payment_page_not_opened", deposit_id=deposit_id, code=code)
        with self._database.begin() as session:
            enter(session, locked(session, deposit_id), DepositState.ENDED, self._clock.now(), code=code)

    def _refuse_declines(self, session: Session, paying: PayingDraft, now: datetime) -> None:
        declined = select(func.count()).select_from(Deposit).where(
            Deposit.family == paying.family, Deposit.code == Standing.DECLINED,
            Deposit.ended_at > now - DECLINED_WITHIN,
        )  # fmt: skip
        if (session.scalar(declined) or 0) >= MOST_DECLINES:
            raise TooManyDeclines

    def _live(self, paying: PayingDraft) -> Deposit:
        with self._database.reading() as session:
            return session.scalars(select(Deposit).where(Deposit.live_family == paying.family)).one()

    def _hurried(self, connection_id: int) -> Cashier:
        deadline = self._clock.monotonic() + OPEN_SECONDS
        return self._cashiers.open(connection_id).within(deadline=deadline, before_write=None)

    def _token(self, reference: str) -> str:
        return derived_token(self._secret_key, "pay", reference)

    def _sealed(self, value: dict[str, str]) -> bytes:
        return self._keyring.seal(json.dumps(value).encode())

    def _checkout(self, deposit: Deposit) -> dict[str, Any]:
        if deposit.sealed_checkout is None:
            return {}
        found: dict[str, Any] = json.loads(self._keyring.unseal(deposit.sealed_checkout))
        return found

    def _url(self, deposit: Deposit) -> str | None:
        return self._checkout(deposit).get("url")


def _found(session: Session, token: str) -> Deposit:
    deposit = session.scalar(select(Deposit).where(Deposit.pay_hash == hash_token(token)))
    if deposit is None:
        raise PaymentGone
    return deposit


def _fits(terms: Terms, method: Method) -> bool:
    return method.spec.least is None or terms.amount >= method.spec.least


def _order(clinic: Clinic, deposit: Deposit, details: PatientDetails, ends_at: datetime, address: str) -> DepositOrder:
    """The payer is who signs: the guardian of a child."""
    guardian = details.guardian
    return DepositOrder(
        reference=deposit.reference,
        amount=deposit.amount,
        currency=deposit.currency,
        clinic_name=clinic.name,
        return_url=f"{address}/done",
        cancel_url=f"{address}/back",
        expires_at=ends_at,
        email=details.email,
        given_names=guardian.first_name if guardian else details.first_name,
        surname=guardian.last_name if guardian else details.last_name,
        phone=guardian.phone if guardian else details.phone,
    )
