"""Reading a booking as a CRM, or a clinic's own system, may know it."""

from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy import select

from booking_app.bookings.booking_contact import UNKNOWN_BIRTH, BookingContact, BookingContactReader
from booking_app.bookings.models import Booking, BookingState, Source
from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.crm.sync.facts import CrmFacts, Person
from booking_app.crm.vendors.records import ConsentProof
from booking_app.crm.vendors.webhook.records import BookingEvent
from booking_app.intake.people import is_minor


class CrmFactsReader:
    """Reads a booking by its id, with the person it is for."""

    def __init__(self, *, database: Database, clock: Clock, booking_contact: BookingContactReader) -> None:
        self._database = database
        self._clock = clock
        self._booking_contact = booking_contact

    def contact_facts(self, booking_id: int) -> CrmFacts:
        """The booking as a CRM may know it. Raises RemoteFailure."""
        booking_contact = self._booking_contact.read(booking_id)
        booking, details, names = booking_contact.booking, booking_contact.details, booking_contact.names
        guardian = details.guardian
        zone = ZoneInfo(names["time_zone"])
        return CrmFacts(
            reference=booking.reference,
            starts_at=booking.starts_at.astimezone(zone),
            ends_at=booking.ends_at.astimezone(zone),
            patient=Person(details.first_name, details.last_name, details.phone or None),
            email=details.contact_email,
            is_minor=_may_be_minor(booking_contact),
            is_read_back=booking_contact.evidence is None,
            is_staff_entered=booking.source == Source.FRONT_DESK,
            guardian=Person(guardian.first_name, guardian.last_name, guardian.phone) if guardian else None,
            email_marketing=details.consents.get("email_marketing"),
            sms_marketing=details.consents.get("sms_marketing"),
            is_returning=booking.is_returning,
            is_cancelled=booking.is_cancelled,
            is_missed=booking.missed_at is not None,
            next_booking_at=self._next_booking_at(booking),
            attribution=booking_contact.attribution,
            email_consent=_email_consent(booking_contact),
            category=names["category"] or None,
            service_name=names["service"] or None,
            practitioner=names["practitioner"] or None,
        )

    def booking_event(self, booking_id: int) -> BookingEvent:
        """The booking as a clinic's own system is told of it. Raises RemoteFailure."""
        booking_contact = self._booking_contact.read(booking_id)
        booking = booking_contact.booking
        stands: Literal["missed", "confirmed"] = "missed" if booking.missed_at else "confirmed"
        return BookingEvent(
            clinic=booking_contact.clinic.slug,
            booking=booking.reference,
            revision=booking.revision,
            status="cancelled" if booking.is_cancelled else stands,
            changed_at=_changed_at(booking),
            starts_at=booking.starts_at,
            ends_at=booking.ends_at,
            service_id=booking.service_id,
            location_id=booking.location_id,
            practitioner_id=booking.practitioner_id,
            appointment_id=booking.cliniko_appointment_id,
            patient_id=booking.cliniko_patient_id,
            email=booking_contact.details.contact_email or None,
        )

    def _next_booking_at(self, booking: Booking) -> datetime | None:
        """When this patient is expected next, as far as bookings made here tell."""
        next_one = select(Booking.starts_at).where(
            Booking.clinic_id == booking.clinic_id,
            Booking.cliniko_patient_id == booking.cliniko_patient_id,
            Booking.state.in_((BookingState.CONFIRMED, BookingState.MOVING)),
            Booking.starts_at > self._clock.now(),
        )
        with self._database.reading() as session:
            return session.scalar(next_one.order_by(Booking.starts_at).limit(1))


def _may_be_minor(booking_contact: BookingContact) -> bool:
    """Whether the patient was a child at the booking; of whom the front desk booked without a date of birth, maybe."""
    birth = booking_contact.details.date_of_birth
    is_unknown = booking_contact.booking.source == Source.FRONT_DESK and birth == UNKNOWN_BIRTH
    return is_unknown or is_minor(birth, booking_contact.booking.created_at.date())


def _changed_at(booking: Booking) -> datetime:
    """When the booking became what it is: the same for every telling of one revision."""
    if booking.is_cancelled:
        return booking.cancelled_at or booking.created_at
    return booking.missed_at or booking.moved_at or booking.confirmed_at or booking.created_at


def _email_consent(booking_contact: BookingContact) -> ConsentProof | None:
    wording = booking_contact.email_wording
    answer = booking_contact.details.consents.get("email_marketing")
    if wording is None or answer is None or booking_contact.evidence is None:
        return None
    source = f"online booking {booking_contact.booking.reference}"
    return ConsentProof(is_given=answer, wording=wording, given_at=booking_contact.evidence.signed_at, source=source)
