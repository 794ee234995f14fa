"""From an address, a number or a booking to everything here that belongs to the same person."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import phonenumbers
from sqlalchemy import select
from sqlalchemy.orm import Session

from booking_app.bookings.drafts import read_details
from booking_app.bookings.models import Booking, Draft
from booking_app.bookings.person.records import Asked, FoundPerson, PersonUnknown
from booking_app.bookings.records import PatientDetails
from booking_app.bookings.typed import Typed
from booking_app.clinics.models import Clinic
from booking_app.core.db import Database
from booking_app.core.failures import RemoteFailure
from booking_app.core.sealing import Keyring
from booking_app.pms.practice import Practices
from booking_app.pms.records import PatientRecord

NOT_READ_BACK = (
    "Cliniko did not answer, so bookings that hold no contact details any more were matched by what is here."
)


@dataclass
class _Clues:
    """What is known of the person so far."""

    emails: set[str] = field(default_factory=set)
    phones: set[str] = field(default_factory=set)
    patients: set[str] = field(default_factory=set)
    bookings: set[int] = field(default_factory=set)
    drafts: set[int] = field(default_factory=set)
    doubts: list[str] = field(default_factory=list)

    def add(self, details: PatientDetails) -> None:
        """The contact of a booking that is theirs. A child's booking carries the adult who filled it in."""
        self.emails |= {normal_email(details.email), normal_email(details.contact_email)} - {""}
        self.phones |= {normal_phone(details.phone)} - {""}


class PersonFinder:
    """Reads sealed contacts one by one: what is kept is of the last weeks, and nothing of it can be searched."""

    def __init__(self, *, database: Database, keyring: Keyring, practices: Practices) -> None:
        self._database = database
        self._keyring = keyring
        self._practices = practices

    def find(self, clinic: Clinic, asked: Asked) -> FoundPerson:
        """Raises PersonUnknown for a booking that is not the clinic's."""
        clues = _Clues()
        with self._database.reading() as session:
            if asked.reference:
                self._from_booking(session, clinic, asked.reference, clues)
            else:
                clues.emails |= {normal_email(asked.email)} - {""}
                clues.phones |= {normal_phone(asked.phone, clinic.region)} - {""}
                self._by_contact(session, clinic, clues)
            self._by_patient(session, clinic, clues)
            self._drafts(session, clinic, clues)
        return FoundPerson(
            clinic=clinic,
            emails=tuple(sorted(clues.emails)),
            phones=tuple(sorted(clues.phones)),
            patient_ids=tuple(sorted(clues.patients)),
            booking_ids=tuple(sorted(clues.bookings)),
            draft_ids=tuple(sorted(clues.drafts)),
            doubts=tuple(clues.doubts),
        )

    def _from_booking(self, session: Session, clinic: Clinic, reference: str, clues: _Clues) -> None:
        wanted = (Booking.clinic_id == clinic.id, Booking.reference == reference.strip().upper())
        booking = session.scalar(select(Booking).where(*wanted))
        if booking is None:
            raise PersonUnknown
        clues.bookings.add(booking.id)
        if booking.cliniko_patient_id:
            clues.patients.add(booking.cliniko_patient_id)
        if booking.sealed_facts is not None:
            clues.add(read_details(self._keyring, booking.sealed_facts)[0])
        elif booking.cliniko_patient_id:
            self._read_back(clinic, booking.cliniko_patient_id, clues)

    def _read_back(self, clinic: Clinic, patient_id: str, clues: _Clues) -> None:
        """The contact of a booking that holds none any more, as Cliniko knows it."""
        try:
            patient: PatientRecord | None = self._practices(clinic.id).current_patient(patient_id)
        except RemoteFailure:
            clues.doubts.append(NOT_READ_BACK)
            return
        if patient is not None:
            clues.patients.add(patient.cliniko_id)
            clues.emails |= {normal_email(patient.email)} - {""}
            clues.phones |= {normal_phone(number) for number in patient.phones} - {""}

    def _by_contact(self, session: Session, clinic: Clinic, clues: _Clues) -> None:
        """The bookings by this contact; an address that came with the number is followed, and the other way round."""
        asked_emails, asked_phones = frozenset(clues.emails), frozenset(clues.phones)
        for booking, details in self._contacts(session, clinic):
            if _is_of(details, asked_emails, asked_phones):
                clues.bookings.add(booking.id)
                clues.add(details)
                if booking.cliniko_patient_id:
                    clues.patients.add(booking.cliniko_patient_id)

    def _contacts(self, session: Session, clinic: Clinic) -> Iterable[tuple[Booking, PatientDetails]]:
        kept = select(Booking).where(Booking.clinic_id == clinic.id, Booking.sealed_facts.is_not(None))
        for booking in session.scalars(kept.order_by(Booking.id)).yield_per(100):
            yield booking, read_details(self._keyring, booking.sealed_facts or b"")[0]

    def _by_patient(self, session: Session, clinic: Clinic, clues: _Clues) -> None:
        """Every other booking of the same patient records, also those that hold ids alone."""
        same = select(Booking.id).where(Booking.clinic_id == clinic.id, Booking.cliniko_patient_id.in_(clues.patients))
        clues.bookings |= set(session.scalars(same))

    def _drafts(self, session: Session, clinic: Clinic, clues: _Clues) -> None:
        """What was being filled in: the drafts of the bookings found, and those with the same contact."""
        families = select(Booking.family).where(Booking.id.in_(clues.bookings))
        mine = select(Draft.id).where(Draft.clinic_id == clinic.id, Draft.family.in_(families))
        clues.drafts |= set(session.scalars(mine))
        for draft in session.scalars(select(Draft).where(Draft.clinic_id == clinic.id)).yield_per(100):
            if self._is_draft_of(draft, clues):
                clues.drafts.add(draft.id)

    def _is_draft_of(self, draft: Draft, clues: _Clues) -> bool:
        if draft.sealed_details is not None:
            details = read_details(self._keyring, draft.sealed_details)[0]
            if _is_of(details, clues.emails, clues.phones):
                return True
        if draft.sealed_typed is None:
            return False
        typed = Typed.from_json(self._keyring.unseal_json(draft.sealed_typed)).values
        email, phone = (" ".join(typed.get(name, ())) for name in ("email", "phone"))
        return normal_email(email) in clues.emails or normal_phone(phone) in clues.phones


def normal_email(email: str) -> str:
    return email.strip().lower()


def normal_phone(phone: str, region: str = "AU") -> str:
    """The number in its international form; what is none stays as it was typed, without spaces."""
    if not phone.strip():
        return ""
    try:
        number = phonenumbers.parse(phone, region)
    except phonenumbers.NumberParseException:
        return "".join(phone.split())
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _is_of(details: PatientDetails, emails: Iterable[str], phones: Iterable[str]) -> bool:
    guardian = details.guardian
    numbers = {normal_phone(details.phone), normal_phone(guardian.phone) if guardian else ""} - {""}
    addresses = {normal_email(details.email), normal_email(details.contact_email)} - {""}
    return bool(addresses & set(emails)) or bool(numbers & set(phones))
