"""A rehearsal on the live account: a marked test patient is booked, everything is read back, then archived."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from booking_app.cli.checkup import Finding
from booking_app.cli.wiring import Services
from booking_app.clinics.clinics import find_clinic, list_clinics
from booking_app.clinics.models import Clinic
from booking_app.core.failures import RemoteFailure
from booking_app.core.tokens import new_reference
from booking_app.pms.practice import Practice
from booking_app.pms.records import (
    Appointment,
    FormQuestion,
    FormSection,
    NewAppointment,
    NewForm,
    NewPatient,
    Offer,
    PatientRecord,
    PracticeCatalogue,
)

FIRST_NAME, LAST_NAME = "Test", "Rehearsal"
BORN = date(1990, 1, 1)
EMAIL = "rehearsal@example.com"
PHONE = "+61491570156"  # reserved for fiction
DAYS_AHEAD = 21
MOST_OFFERS = 12
SIGNATURE = (
    "data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIHdpZHRoPSIyMDAiIGhlaWdodD0iODAiIHZp"
    "ZXdCb3g9IjAgMCAyMDAgODAiPjxwYXRoIGQ9Ik0xMCA2MEM2MCAxMCA5MCA3MCAxOTAgMjAiIGZpbGw9Im5vbmUiIHN0cm9rZT0iIzExMSIgc3Ryb2"
    "tlLXdpZHRoPSIyIi8+PC9zdmc+"
)
SMALLEST_PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@dataclass
class Stage:
    """What the rehearsal has made so far, so that it can be archived whatever happens."""

    practice: Practice
    marker: str
    patient: PatientRecord | None = None
    appointment: Appointment | None = None
    undo: list[tuple[str, Callable[[], None]]] = field(default_factory=list)


def rehearse(services: Services, slug: str | None) -> Iterator[Finding]:
    """Walk one booking through the account of each clinic, or the one named. Raises LookupError for an unknown slug.

    Cliniko may send its own messages to the test address, which belongs to nobody.
    """
    with services.database.reading() as session:
        clinics = list(list_clinics(session)) if slug is None else [find_clinic(session, slug)]
    for clinic in clinics:
        if clinic is None:
            raise LookupError(slug)
        yield from _rehearse_clinic(services, clinic)


def _rehearse_clinic(services: Services, clinic: Clinic) -> Iterator[Finding]:
    say = f"{clinic.slug}: rehearsal"
    try:
        stage = Stage(services.practices(clinic.id), new_reference())
    except RemoteFailure as error:
        yield Finding(say, False, f"could not begin: {error.code}")
        return
    try:
        yield from (Finding(say, is_well, said) for is_well, said in _walk(stage, services.clock.now()))
    except RemoteFailure as error:
        yield Finding(say, False, f"stopped by {error.code}")
    finally:
        left = list(_clear(stage))
    for what, code in left:
        yield Finding(
            say, False, f"{what} with the mark {stage.marker} could not be archived ({code}): archive it by hand"
        )


def _walk(stage: Stage, now: datetime) -> Iterator[tuple[bool, str]]:
    practice = stage.practice
    catalogue = practice.read_catalogue()
    found = _first_slot(practice, catalogue, now)
    if found is None:
        yield False, f"no free time within {DAYS_AHEAD} days to rehearse with"
        return
    offer, starts_at = found
    yield True, "a free time was found"
    yield from _patient(stage)
    yield from _appointment(stage, offer, starts_at, _minutes(catalogue, offer))
    yield from _form(stage)
    yield from _document(stage)
    yield from _what_stays_offered(stage, offer, starts_at)
    yield from _what_archiving_does(stage)


def _patient(stage: Stage) -> Iterator[tuple[bool, str]]:
    stage.patient = stage.practice.create_patient(
        NewPatient(FIRST_NAME, LAST_NAME, EMAIL, PHONE, date_of_birth=BORN, marker=stage.marker)
    )
    patient_id = stage.patient.cliniko_id
    stage.undo.append(("the test patient", lambda: stage.practice.archive_patient(patient_id)))
    by_marker = stage.practice.find_patient_by_marker(stage.marker)
    yield by_marker is not None, "the patient is found again by our mark (old reference id)"
    same = stage.practice.find_patients(email=EMAIL.upper(), last_name=LAST_NAME, date_of_birth=BORN)
    yield any(p.cliniko_id == patient_id for p in same), "the patient is found by e-mail, whatever its case"


def _appointment(stage: Stage, offer: Offer, starts_at: datetime, minutes: int) -> Iterator[tuple[bool, str]]:
    assert stage.patient is not None
    stage.appointment = stage.practice.create_appointment(
        NewAppointment(
            patient_id=stage.patient.cliniko_id,
            service_id=offer.service_id,
            location_id=offer.location_id,
            practitioner_id=offer.practitioner_id,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=minutes),
            note=f"Rehearsal, reference {stage.marker}",
        )
    )
    appointment_id = stage.appointment.cliniko_id
    stage.undo.append(("the test appointment", lambda: stage.practice.archive_appointment(appointment_id)))
    again = stage.practice.find_appointment(
        patient_id=stage.patient.cliniko_id, starts_at=starts_at, marker=stage.marker
    )
    yield again is not None, "the appointment is found again by its note"
    yield not stage.practice.has_conflict(appointment_id), "the appointment overlaps nothing"


def _form(stage: Stage) -> Iterator[tuple[bool, str]]:
    assert stage.patient is not None
    assert stage.appointment is not None
    attendee = stage.practice.attendee_of(stage.appointment.cliniko_id)
    yield attendee is not None, "the attendee is there at once" if attendee else "the attendee comes later"
    if attendee is None:
        return
    attendee_id = attendee.cliniko_id
    questions = (
        FormQuestion("Rehearsal", "text", answer="A text answer"),
        FormQuestion("Signature", "signature", signature=SIGNATURE),
    )
    stage.practice.complete_form(
        NewForm(
            patient_id=stage.patient.cliniko_id,
            attendee_id=attendee_id,
            name=f"Rehearsal {stage.marker}",
            sections=(FormSection("Rehearsal", questions),),
        )
    )
    found = stage.practice.find_form(patient_id=stage.patient.cliniko_id, attendee_id=attendee_id, marker=stage.marker)
    yield found is not None, "the completed form with its signature is found on the attendee"


def _document(stage: Stage) -> Iterator[tuple[bool, str]]:
    assert stage.patient is not None
    stored = stage.practice.attach_document(
        patient_id=stage.patient.cliniko_id,
        file_name=f"rehearsal-{stage.marker}.pdf",
        media_type="application/pdf",
        content=SMALLEST_PDF,
        description=f"Rehearsal ({stage.marker})",
    )
    found = stage.practice.find_document(patient_id=stage.patient.cliniko_id, marker=stage.marker)
    yield found is not None, f"the file is registered, {'processed' if stored.is_processed else 'being processed'}"


def _what_stays_offered(stage: Stage, offer: Offer, starts_at: datetime) -> Iterator[tuple[bool, str]]:
    """The product relies on a booked time being offered no more."""
    starts = stage.practice.slot_starts(
        location_id=offer.location_id,
        practitioner_id=offer.practitioner_id,
        service_id=offer.service_id,
        from_day=starts_at.date(),
        to_day=starts_at.date() + timedelta(days=1),
    )
    yield starts_at not in starts, "the booked time is offered no more"


def _what_archiving_does(stage: Stage) -> Iterator[tuple[bool, str]]:
    """Not documented: whether an archived appointment can still be read by its id."""
    assert stage.appointment is not None
    appointment_id = stage.appointment.cliniko_id
    stage.practice.archive_appointment(appointment_id)
    again = stage.practice.appointment(appointment_id)
    is_gone = again is None or again.is_archived
    yield is_gone, f"an archived appointment is {'hidden' if again is None else 'shown as archived'}"


def _first_slot(practice: Practice, catalogue: PracticeCatalogue, now: datetime) -> tuple[Offer, datetime] | None:
    """A free time two days away or later, so that nobody is called to work for it."""
    bookable = {service.cliniko_id for service in catalogue.services if service.is_bookable and service.places == 1}
    offers = [offer for offer in catalogue.offers if offer.service_id in bookable][:MOST_OFFERS]
    for days in range(2, DAYS_AHEAD, 7):
        from_day = (now + timedelta(days=days)).date()
        for offer in offers:
            starts = practice.slot_starts(
                location_id=offer.location_id,
                practitioner_id=offer.practitioner_id,
                service_id=offer.service_id,
                from_day=from_day,
                to_day=from_day + timedelta(days=6),
            )
            if starts:
                return offer, starts[-1]
    return None


def _minutes(catalogue: PracticeCatalogue, offer: Offer) -> int:
    return next(service.minutes for service in catalogue.services if service.cliniko_id == offer.service_id)


def _clear(stage: Stage) -> Iterator[tuple[str, str]]:
    """Archive what was made, the last first; what resists is named."""
    for what, undo in reversed(stage.undo):
        try:
            undo()
        except RemoteFailure as error:
            yield what, error.code
