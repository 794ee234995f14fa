"""Messages of payment vendors: believed by their signature, kept from counting twice, and then a reason to look."""

from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from booking_app.clinics.connections import connections_of
from booking_app.clinics.models import Clinic, Connection
from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.deposits.history import note
from booking_app.deposits.models import Deposit, DepositEvent
from booking_app.deposits.paying import Paying
from booking_app.deposits.registry import Cashiers
from booking_app.deposits.vendors.stripe.spec import NAME as STRIPE
from booking_app.deposits.vendors.stripe.webhook import StripeEvent, Unbelievable, read_event

KEPT = timedelta(days=35)  # Stripe repeats a message for some days, and shows events for thirty
DISPUTED = "charge.dispute.created"


class Hearing:
    """Each method commits. A message heard twice is believed twice and does nothing the second time."""

    def __init__(self, *, database: Database, clock: Clock, cashiers: Cashiers, paying: Paying) -> None:
        self._database = database
        self._clock = clock
        self._cashiers = cashiers
        self._paying = paying

    def stripe(self, clinic: Clinic, body: bytes, signature: str) -> bool:
        """Whether the message is one of the clinic's own Stripe account. A signed one that is no event is believed."""
        now = self._clock.now()
        with self._database.reading() as session:
            connections = connections_of(session, clinic.id, STRIPE)
        for connection in connections:
            try:
                event = read_event(body, signature, self._cashiers.secrets(connection)[1:], now)
            except Unbelievable:
                continue
            except ValueError:
                return True
            if self._is_new(connection, event):
                self._note_dispute(clinic, event)
                self._paying.hear(clinic.id, event.reference, event.payment_id)
            return True
        return False

    def forget(self) -> None:
        """Forget messages that nobody repeats any more. Safe to repeat."""
        with self._database.begin() as session:
            session.execute(delete(DepositEvent).where(DepositEvent.at < self._clock.now() - KEPT))

    def _is_new(self, connection: Connection, event: StripeEvent) -> bool:
        try:
            with self._database.begin() as session:
                session.add(DepositEvent(connection_id=connection.id, event_id=event.event_id, at=self._clock.now()))
        except IntegrityError:
            return False
        return True

    def _note_dispute(self, clinic: Clinic, event: StripeEvent) -> None:
        if event.kind != DISPUTED or event.payment_id is None:
            return
        with self._database.begin() as session:
            paid = select(Deposit).where(Deposit.clinic_id == clinic.id, Deposit.payment_id == event.payment_id)
            deposit = session.scalar(paid.with_for_update())
            if deposit is not None and not deposit.is_disputed:
                deposit.is_disputed = True
                note(session, deposit, "disputed", self._clock.now())
