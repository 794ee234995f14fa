"""A booking with what was sealed beside it, as its tasks need it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from booking_app.bookings.drafts import read_details
from booking_app.bookings.models import Booking
from booking_app.bookings.records import Choice, Evidence, PatientDetails
from booking_app.catalogue.catalogue import Catalogue
from booking_app.catalogue.records import LocationView, PractitionerView, ServiceView
from booking_app.catalogue.snapshots import offered
from booking_app.catalogue.who import who_words
from booking_app.clinics.models import Clinic
from booking_app.clinics.records import ConsentWording
from booking_app.core.db import Database
from booking_app.core.failures import Failure, RemoteFailure
from booking_app.core.sealing import Keyring
from booking_app.intake.people import is_minor
from booking_app.tasks.records import shared_in_run

WITHOUT_ANSWERS = "without_answers"
GROWN_UP = date(1900, 1, 1)


@dataclass(frozen=True)
class SignedFor:
    """The appointment as it stood when the patient signed: a document says this, however often it moves."""

    starts_at: datetime
    names: Mapping[str, Any]


@dataclass(frozen=True)
class BookingFacts:
    """`names` are the catalogue's words, `wording` those of the consents, both as the patient saw them.

    A booking that was moved since keeps what was signed in `signed_for`. `attribution`: where the patient came from.
    `known_patient_id`: the record of a patient who has proven who they are.
    """

    booking: Booking
    clinic: Clinic
    details: PatientDetails
    evidence: Evidence
    names: dict[str, Any]
    wording: ConsentWording
    signed_for: SignedFor
    attribution: Mapping[str, str]
    known_patient_id: str | None = None

    @property
    def service_name(self) -> str:
        return str(self.names["service"])

    @property
    def location_name(self) -> str:
        return str(self.names["location"])

    @property
    def address(self) -> str:
        return str(self.names["address"])

    @property
    def time_zone(self) -> str:
        return str(self.names["time_zone"])


def names_now(catalogue: Catalogue | None, choice: Choice) -> dict[str, Any] | None:
    """The catalogue's words for a choice; None when any part of it is offered no more."""
    service = catalogue.service(choice.service_id) if catalogue else None
    location = catalogue.location(choice.location_id) if catalogue else None
    practitioner = catalogue.practitioner(choice.practitioner_id) if catalogue else None
    if catalogue is None or service is None or location is None or practitioner is None:
        return None
    category = next((each.name for each in catalogue.categories if each.key == service.category_key), "")
    return names_of(service, location, practitioner, category)


def without_answers(keyring: Keyring, sealed: bytes, booked_on: date) -> bytes | None:
    """The facts with nothing left but whom to reach about the booking, and their consents; None where that is so.

    The date of birth goes too: it stays known whether the patient was a child when they booked.
    """
    value = keyring.unseal_json(sealed)
    if value.get(WITHOUT_ANSWERS):
        return None
    details, evidence, more = read_details(keyring, sealed)
    birth = booked_on if is_minor(details.date_of_birth, booked_on) else GROWN_UP
    kept = replace(details, answers={}, signature=None, waiver_versions={}, date_of_birth=birth)
    when = replace(evidence, ip="", user_agent="", language="", shown_at=evidence.signed_at)
    return keyring.seal_json({**more, "details": kept.to_json(), "evidence": when.to_json(), WITHOUT_ANSWERS: True})


def rename(session: Session, keyring: Keyring, booking: Booking, before: Choice) -> None:
    """After a booking has moved away from `before`, let mails and the CRM sync speak of what it is now.

    What was signed keeps its words. Does nothing once the facts are purged; where the new place or person is not in the
    catalogue the old words stay. The caller commits.
    """
    if booking.sealed_facts is None:
        return
    sealed = keyring.unseal_json(booking.sealed_facts)
    signed = {"names": sealed["names"], "starts_at": before.starts_at.isoformat()}
    names = names_now(offered(session, booking.clinic_id), booking.choice) or sealed["names"]
    booking.sealed_facts = keyring.seal_json({"signed": signed, **sealed, "names": names})


def call_as_now(session: Session, keyring: Keyring, booking: Booking) -> None:
    """Before a booking is placed: let everything, the document too, speak of what it has become. The caller commits."""
    names = names_now(offered(session, booking.clinic_id), booking.choice)
    if booking.sealed_facts is not None and names is not None:
        booking.sealed_facts = keyring.seal_json({**keyring.unseal_json(booking.sealed_facts), "names": names})


def names_of(
    service: ServiceView, location: LocationView, practitioner: PractitionerView, category: str
) -> dict[str, Any]:
    """What is sealed with a booking, so that mails and documents say what the patient saw."""
    return {
        "service": service.name,
        "category": category,
        "is_telehealth": service.telehealth,
        "sends_confirmation": service.sends_confirmation,
        "location": location.name,
        "address": location.address,
        "directions": location.directions,
        "time_zone": location.time_zone,
        "practitioner": practitioner.name,
        "practitioner_label": who_words(service, [practitioner]).noun if practitioner.is_equipment else "With",
        "is_equipment": practitioner.is_equipment,
    }


class FactsReader:
    """Reads a booking's facts in a transaction of its own."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._keyring = keyring

    def read(self, booking_id: int) -> BookingFacts:
        """Raises RemoteFailure DATA when the booking's personal facts, or its answers alone, have been purged."""
        with self._database.reading() as session:
            return facts_of(session, self._keyring, booking_id)


def facts_of(session: Session, keyring: Keyring, booking_id: int) -> BookingFacts:
    booking = session.get_one(Booking, booking_id)
    if booking.sealed_facts is None:
        raise RemoteFailure("purged", failure=Failure.DATA)
    details, evidence, more = read_details(keyring, booking.sealed_facts)
    if more.get(WITHOUT_ANSWERS):
        raise RemoteFailure("purged", failure=Failure.DATA)
    clinic = shared_in_run(("clinic", booking.clinic_id), lambda: session.get_one(Clinic, booking.clinic_id))
    return BookingFacts(
        booking=booking,
        clinic=clinic,
        details=details,
        evidence=evidence,
        names=more["names"],
        wording=ConsentWording.from_json(more["wording"]),
        signed_for=_signed_for(booking, more),
        attribution=more.get("attribution", {}),
        known_patient_id=more.get("known_patient"),
    )


def _signed_for(booking: Booking, sealed: Mapping[str, Any]) -> SignedFor:
    signed = sealed.get("signed")
    if signed is None:
        return SignedFor(booking.starts_at, sealed["names"])
    return SignedFor(datetime.fromisoformat(signed["starts_at"]), signed["names"])
