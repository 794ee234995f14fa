"""What a patient writes to the front desk about a booking, sealed with it until the appointment is over."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from booking_app.bookings.managing import find_managed
from booking_app.bookings.models import Booking, BookingState
from booking_app.bookings.subject import subject_of
from booking_app.clinics.models import Clinic
from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.core.sealing import Keyring
from booking_app.tasks import store
from booking_app.tasks.records import PlannedTask, Subject

LONGEST = 1000
MOST = 3  # of one booking; who has more to say calls
MESSAGE_MAIL = "message_mail"


class CannotAsk(Exception):
    """Nobody would be told, the appointment does not stand, or enough was written."""


@dataclass(frozen=True)
class DeskMessage:
    """One message; `at` is aware UTC."""

    text: str
    at: datetime


class DeskMessages:
    """Messages by the token of a booking's manage link. `wake` is told which subject has a new task."""

    def __init__(self, *, database: Database, keyring: Keyring, clock: Clock, wake: Callable[[Subject], None]) -> None:
        self._database = database
        self._keyring = keyring
        self._clock = clock
        self._wake = wake

    def ask(self, token: str, text: str) -> None:
        """Keep the message, and have the clinic told that there is one; commits. The same again changes nothing.

        Raises BookingGone, or CannotAsk.
        """
        now = self._clock.now()
        with self._database.begin() as session:
            booking = find_managed(session, token, now, lock=True)
            known = read_messages(self._keyring, booking)
            if known and known[-1].text == text:
                return
            clinic = session.get_one(Clinic, booking.clinic_id)
            if not can_be_asked(clinic) or booking.state != BookingState.CONFIRMED or len(known) >= MOST:
                raise CannotAsk
            kept = [*known, DeskMessage(text, now)]
            sealed = [{"text": one.text, "at": one.at.isoformat()} for one in kept]
            booking.sealed_messages = self._keyring.seal_json(sealed)
            task = PlannedTask(f"{MESSAGE_MAIL}:{len(kept)}", kind=MESSAGE_MAIL)
            store.plan(session, clinic_id=clinic.id, subject=booking.subject, tasks=[task], now=now)
            booking_id = booking.id
        self._wake(subject_of(booking_id))


def can_be_asked(clinic: Clinic) -> bool:
    """Whether somebody is told of a message: only then one is taken."""
    return bool(clinic.alerts.get("email"))


def read_messages(keyring: Keyring, booking: Booking) -> tuple[DeskMessage, ...]:
    """The messages of a booking, the oldest first."""
    if booking.sealed_messages is None:
        return ()
    kept = keyring.unseal_json(booking.sealed_messages)
    return tuple(DeskMessage(one["text"], datetime.fromisoformat(one["at"])) for one in kept)


def forget_messages(session: Session, now: datetime) -> None:
    """Forget the messages about appointments that are over; the caller commits."""
    over = update(Booking).where(Booking.sealed_messages.is_not(None), Booking.ends_at < now)
    session.execute(over.values(sealed_messages=None).execution_options(synchronize_session=False))
