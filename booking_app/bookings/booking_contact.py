"""Whom a booking is for, even after its sealed facts are gone: then what is needed is read back from Cliniko."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking_app.bookings.drafts import read_details
from booking_app.bookings.facts import names_now
from booking_app.bookings.models import Booking, BookingState, Source
from booking_app.bookings.records import Evidence, PatientDetails
from booking_app.catalogue.snapshots import offered
from booking_app.clinics.models import Clinic
from booking_app.core.db import Database
from booking_app.core.failures import Failure, RemoteFailure
from booking_app.core.sealing import Keyring
from booking_app.pms.practice import Practices
from booking_app.pms.records import PatientRecord

FRONT_DESK_SOURCE = "Front desk"  # where a contact came from whom the front desk has booked
UNKNOWN_BIRTH = date(1900, 1, 1)


@dataclass(frozen=True)
class BookingContact:
    """A booking, whom to reach about it, and the words for it.

    Once purged, and for what the front desk booked, `evidence` is None and `details` are what Cliniko knows today.
    A consent that the same person has refused in a later booking is refused here too.
    """

    booking: Booking
    clinic: Clinic
    details: PatientDetails
    evidence: Evidence | None
    email_wording: str | None
    attribution: Mapping[str, str]
    names: dict[str, Any]
    had_lost_time: bool
    has_newer_booking: bool


class BookingContactReader:
    """Reads a booking's reach; each call is a transaction of its own and at most one call to Cliniko."""

    def __init__(self, *, database: Database, keyring: Keyring, practices: Practices) -> None:
        self._database = database
        self._keyring = keyring
        self._practices = practices

    def read(self, booking_id: int) -> BookingContact:
        """Raises RemoteFailure: DATA when nobody can be reached any more, CONSENT where the person was erased, or
        whatever Cliniko's answer means.
        """
        with self._database.reading() as session:
            booking = session.get_one(Booking, booking_id)
            clinic = session.get_one(Clinic, booking.clinic_id)
            if booking.erased_at is not None:
                raise RemoteFailure("consent:erased", failure=Failure.CONSENT)
            family = (_had_lost_time(session, booking), _has_newer(session, booking))
            if booking.sealed_facts is not None:
                details, evidence, more = read_details(self._keyring, booking.sealed_facts)
                refused = dict.fromkeys(self._refused_later(session, booking, details.contact_email), False)
                details = replace(details, consents={**details.consents, **refused})
                wording = more["wording"]["email_marketing"]
                came = more.get("attribution", {})
                return BookingContact(booking, clinic, details, evidence, wording, came, more["names"], *family)
            names = _names_now(session, booking)
        came = {"source": FRONT_DESK_SOURCE} if booking.source == Source.FRONT_DESK else {}
        return BookingContact(booking, clinic, self._read_back(booking), None, None, came, names, *family)

    def _refused_later(self, session: Session, booking: Booking, email: str) -> list[str]:
        """The consents whose latest answer is a no, in later bookings of this patient by this address, kept whole."""
        later = select(Booking.sealed_facts).where(
            Booking.id > booking.id,
            Booking.clinic_id == booking.clinic_id,
            Booking.cliniko_patient_id == booking.cliniko_patient_id,
            Booking.cliniko_patient_id.is_not(None),
            Booking.sealed_facts.is_not(None),
        )
        answers = dict[str, bool]()
        for sealed in session.scalars(later.order_by(Booking.id)):
            details = read_details(self._keyring, sealed or b"")[0]
            if _key(details.contact_email) == _key(email):
                answers |= details.consents
        return [name for name, is_given in answers.items() if not is_given]

    def _read_back(self, booking: Booking) -> PatientDetails:
        patient = None
        if booking.cliniko_patient_id is not None:
            patient = self._practices(booking.clinic_id).current_patient(booking.cliniko_patient_id)
        if patient is None:
            raise RemoteFailure("purged", failure=Failure.DATA)
        return PatientDetails(
            first_name=patient.first_name,
            last_name=patient.last_name,
            email=patient.email,
            phone=patient.phones[0] if patient.phones else "",
            date_of_birth=patient.date_of_birth or UNKNOWN_BIRTH,
            consents={name: given for name, given in _consents_of(patient).items() if given is not None},
        )


def _key(email: str) -> str:
    return email.strip().lower()


def _consents_of(patient: PatientRecord) -> dict[str, bool | None]:
    """What the practice system knows of a patient's wishes; nobody was shown our wording for it."""
    return {"email_marketing": patient.accepted_email_marketing, "sms_marketing": patient.accepted_sms_marketing}


def _had_lost_time(session: Session, booking: Booking) -> bool:
    """Whether this patient's first choice was lost, so that Cliniko may have written about a time that is off."""
    lost = select(Booking.id).where(
        Booking.family == booking.family,
        Booking.state == BookingState.SLOT_LOST,
        Booking.cliniko_appointment_id.is_not(None),
    )
    return session.scalar(lost.limit(1)) is not None


def _has_newer(session: Session, booking: Booking) -> bool:
    newer = select(Booking.id).where(Booking.family == booking.family, Booking.id > booking.id)
    return session.scalar(newer.limit(1)) is not None


def _names_now(session: Session, booking: Booking) -> dict[str, Any]:
    catalogue = offered(session, booking.clinic_id)
    names = names_now(catalogue, booking.choice)
    if names is not None:
        return names
    location = catalogue.location(booking.location_id) if catalogue else None
    clinic = session.get_one(Clinic, booking.clinic_id)
    return {
        "service": "",
        "category": "",
        "practitioner": "",
        "is_telehealth": False,
        "sends_confirmation": False,
        "location": location.name if location else clinic.name,
        "address": location.address if location else "",
        "directions": location.directions if location else "",
        "time_zone": location.time_zone if location else clinic.time_zone,
    }
