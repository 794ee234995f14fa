"""What the desk does when a confirmation did not arrive: correct the email address, send the confirmation again."""

from dataclasses import replace
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from booking_app.bookings.drafts import read_details
from booking_app.bookings.models import Booking, BookingState, Source
from booking_app.bookings.patient_records.changing import plan_change, waiting_changes
from booking_app.bookings.records import PatientDetails
from booking_app.clinics.audit import Author, record
from booking_app.core.contact_details import read_email
from booking_app.core.db import Database
from booking_app.core.sealing import Keyring
from booking_app.tasks import store
from booking_app.tasks.models import Task
from booking_app.tasks.records import PlannedTask
from booking_app.tasks.runner import TaskRunner

AGAIN = "confirmation_again_mail"
MOST_AGAIN = 5  # of one booking: more would fill a stranger's mailbox

Answer = Literal["done", "not_standing", "too_often", "on_its_way"]


class ContactFixes:
    """Every verb commits, is written down without the address, and raises LookupError for another clinic's booking."""

    def __init__(self, *, database: Database, keyring: Keyring, task_runner: TaskRunner) -> None:
        self._database = database
        self._keyring = keyring
        self._task_runner = task_runner

    def send_again(self, author: Author, clinic_id: int, reference: str) -> Answer:
        """Plan one more confirmation, as the booking is now; each press is one mail, MOST_AGAIN at most.

        `not_standing`: nothing is booked, or it has begun. `on_its_way`: a correction has not reached Cliniko yet, from
        where the address is read once the booking is purged.
        """
        with self._database.begin() as session:
            booking = _required(session, clinic_id, reference)
            sent = _sent_again(session, booking)
            if booking.state not in (BookingState.CONFIRMED, BookingState.MOVING) or booking.starts_at <= author.at:
                return "not_standing"
            if sent >= MOST_AGAIN:
                return "too_often"
            if booking.sealed_facts is None and waiting_changes(session, self._keyring, booking.id):
                return "on_its_way"
            tasks = [PlannedTask(f"{AGAIN}:{sent + 1}", kind=AGAIN)]
            store.plan(session, clinic_id=clinic_id, subject=booking.subject, tasks=tasks, now=author.at)
            record(session, author, clinic_id, "booking.confirmation_sent_again", after={"booking": reference})
        self._task_runner.wake(booking.subject)
        return "done"

    def correct_email(self, author: Author, clinic_id: int, reference: str, email: str) -> Answer:
        """Use this address for the booking's messages, and have it written to the patient's record in Cliniko.

        Of a child who has an address of their own, only the guardian's is corrected, which stands nowhere in Cliniko.
        Raises ContactUnreadable for what is no address.
        """
        address = read_email(email)
        with self._database.begin() as session:
            booking = _required(session, clinic_id, reference)
            if booking.erased_at is not None or booking.state == BookingState.PLACING:
                return "not_standing"
            values = {"email": address}
            if booking.sealed_facts is not None:
                sealed = self._keyring.unseal_json(booking.sealed_facts)
                details = read_details(self._keyring, booking.sealed_facts)[0]
                corrected = _reached_at(details, address)
                booking.sealed_facts = self._keyring.seal_json({**sealed, "details": corrected.to_json()})
                values = {"email": address} if corrected.email == address else {}
            subject = plan_change(session, self._keyring, booking, values, author.at)
            record(session, author, clinic_id, "booking.email_corrected", after={"booking": reference})
        if subject is not None:
            self._task_runner.wake(subject)
        return "done"


def _reached_at(details: PatientDetails, address: str) -> PatientDetails:
    """The details with another address for messages: the guardian's, where there is one, and whatever was the same."""
    guardian = details.guardian
    if guardian is None or not guardian.email:
        return replace(details, email=address)
    is_shared = details.email.casefold() == guardian.email.casefold()
    return replace(
        details, guardian=replace(guardian, email=address), email=address if is_shared else details.email
    )  # fmt: skip


def _required(session: Session, clinic_id: int, reference: str) -> Booking:
    mine = (Booking.clinic_id == clinic_id, Booking.reference == reference, Booking.source == Source.ONLINE)
    booking = session.scalar(select(Booking).where(*mine).with_for_update())
    if booking is None:
        raise LookupError(reference)
    return booking


def _sent_again(session: Session, booking: Booking) -> int:
    sent = select(func.count()).select_from(Task).where(*store.is_about(booking.subject), Task.kind == AGAIN)
    return session.scalar(sent) or 0
