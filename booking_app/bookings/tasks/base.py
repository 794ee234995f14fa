"""What every effect on the practice system shares: the facts of the booking and the practice to act on."""

from collections.abc import Callable
from dataclasses import dataclass

from booking_app.bookings.facts import BookingFacts, FactsReader
from booking_app.bookings.models import Booking
from booking_app.bookings.records import Choice
from booking_app.clinics.models import Clinic
from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.core.failures import Failure, RemoteFailure
from booking_app.pms.practice import Practice, Practices
from booking_app.pms.records import Appointment, NewAppointment
from booking_app.tasks.records import Work, shared_in_run


@dataclass(frozen=True)
class Tools:
    """What effects work with."""

    database: Database
    facts: FactsReader
    practices: Practices
    clock: Clock


class PracticeEffect:
    """The parent of the handlers in this folder."""

    def __init__(self, tools: Tools) -> None:
        self._database = tools.database
        self._facts = tools.facts
        self._practices = tools.practices
        self._clock = tools.clock

    def practice(self, work: Work) -> Practice:
        """The clinic's practice, bound to this work's deadline and lease."""
        key = ("practice", id(self._practices), work.clinic_id)
        practice = shared_in_run(key, lambda: self._practices(work.clinic_id))
        return practice.within(deadline=work.deadline, before_write=work.check_lease)

    def facts(self, work: Work) -> BookingFacts:
        return self._facts.read(work.subject_id)


def required(value: str | None, what: str) -> str:
    """An id that an earlier task must have left. Raises RemoteFailure DATA naming what is missing."""
    if value is None:
        raise RemoteFailure(f"missing:{what}", failure=Failure.DATA)
    return value


def find_made(practice: Practice, booking: Booking, choice: Choice | None = None) -> Appointment | None:
    """The booking's appointment at its own time, or at that of `choice`, found by the reference in its note."""
    where = choice or booking.choice
    patient_id = required(booking.cliniko_patient_id, "patient")
    if where.group_id is not None:
        return practice.find_place(where.group_id, patient_id=patient_id, marker=booking.reference)
    return practice.find_appointment(patient_id=patient_id, starts_at=where.starts_at, marker=booking.reference)


def new_appointment(booking: Booking, choice: Choice) -> NewAppointment:
    """What to make in Cliniko for a booking of that slot."""
    return NewAppointment(
        patient_id=required(booking.cliniko_patient_id, "patient"),
        service_id=choice.service_id,
        location_id=choice.location_id,
        practitioner_id=choice.practitioner_id,
        starts_at=choice.starts_at,
        ends_at=choice.ends_at,
        note=f"Booked online, reference {booking.reference}",
        group_id=choice.group_id,
    )


# Whether the practice system offers a slot right now; raises RemoteFailure.
IsOffered = Callable[[Practice, Clinic, Choice], bool]
