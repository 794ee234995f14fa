"""Writing to a patient's record what a person at the clinic decided: exactly those fields, once, whatever fails."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from booking_app.bookings.models import Booking
from booking_app.bookings.names import same_phone
from booking_app.bookings.patient_records.models import PatientChange
from booking_app.core.db import Database
from booking_app.core.failures import Failure, RemoteFailure
from booking_app.core.sealing import Keyring
from booking_app.pms.practice import Practices
from booking_app.pms.records import PatientRecord
from booking_app.tasks import store
from booking_app.tasks.kinds import Lane, SubjectKind, TaskKind, TaskWords
from booking_app.tasks.records import Effect, PlannedTask, Subject, Work

PATIENT_CHANGE = "patient_change"
FIELDS = ("email", "phone")


def plan_change(
    session: Session, keyring: Keyring, booking: Booking, values: Mapping[str, str], now: datetime
) -> Subject | None:
    """Have these values written to the record of the booking's patient; the subject to wake after the commit.

    None where the booking has no record in Cliniko yet. Keys are those of FIELDS. The caller commits.
    """
    if booking.cliniko_patient_id is None or not values:
        return None
    assert set(values) <= set(FIELDS)
    change = PatientChange(
        clinic_id=booking.clinic_id,
        booking_id=booking.id,
        cliniko_patient_id=booking.cliniko_patient_id,
        sealed_values=keyring.seal_json(dict(values)),
        created_at=now,
    )
    session.add(change)
    session.flush()
    subject = Subject(PATIENT_CHANGE, change.id)
    store.plan(session, clinic_id=booking.clinic_id, subject=subject, tasks=[PlannedTask(PATIENT_CHANGE)], now=now)
    return subject


def waiting_changes(session: Session, keyring: Keyring, booking_id: int) -> list[dict[str, str]]:
    """The values that are still to be written for a booking."""
    kept = select(PatientChange.sealed_values).where(
        PatientChange.booking_id == booking_id, PatientChange.sealed_values.is_not(None)
    )
    return [keyring.unseal_json(sealed) for sealed in session.scalars(kept) if sealed]


def forget_changes(session: Session, booking_ids: Collection[int], now: datetime) -> None:
    """Write nothing more for these bookings, and keep no value of it. The caller commits."""
    kept = select(PatientChange).where(
        PatientChange.booking_id.in_(booking_ids), PatientChange.sealed_values.is_not(None)
    )
    for change in session.scalars(kept):
        store.cancel_rest(session, Subject(PATIENT_CHANGE, change.id), now)
        change.sealed_values = None


def forget_old_changes(session: Session, before: datetime, now: datetime) -> None:
    """The same for whatever was decided before that time. The caller commits."""
    old = select(PatientChange.booking_id).where(
        PatientChange.created_at < before, PatientChange.sealed_values.is_not(None)
    )
    forget_changes(session, set(session.scalars(old)), now)


class ChangePatient:
    """The task `patient_change`. The record itself tells whether it was written."""

    def __init__(self, database: Database, keyring: Keyring, practices: Practices) -> None:
        self._database = database
        self._keyring = keyring
        self._practices = practices

    def probe(self, work: Work) -> Effect | None:
        """Done where the record says all of it already. Raises RemoteFailure DATA where the record is gone."""
        patient_id, values = self._wanted(work)
        if not values:
            return Effect(patient_id, "nothing_to_write")
        current = self._practices(work.clinic_id).within(deadline=work.deadline).current_patient(patient_id)
        if current is None:
            raise RemoteFailure("patient_gone", failure=Failure.DATA)
        if any(not _stands(current, field, value) for field, value in values.items()):
            return None
        return Effect(current.cliniko_id, "written", lambda session: _forget(session, work.subject_id))

    def act(self, work: Work) -> Effect:
        patient_id, values = self._wanted(work)
        practice = self._practices(work.clinic_id).within(deadline=work.deadline, before_write=work.check_lease)
        current = practice.current_patient(patient_id)
        if current is None:
            raise RemoteFailure("patient_gone", failure=Failure.DATA)
        practice.correct_patient(current.cliniko_id, phone=values.get("phone"), address={}, email=values.get("email"))
        return Effect(current.cliniko_id, "written", lambda session: _forget(session, work.subject_id))

    def _wanted(self, work: Work) -> tuple[str, dict[str, str]]:
        with self._database.reading() as session:
            change = session.get_one(PatientChange, work.subject_id)
            sealed = change.sealed_values
            return change.cliniko_patient_id, self._keyring.unseal_json(sealed) if sealed else {}


def change_kind(handler: ChangePatient) -> TaskKind:
    words = TaskWords("Cliniko", "Patient’s contact details corrected", "A patient’s details could not be corrected")
    return TaskKind(name=PATIENT_CHANGE, handler=handler, words=words, lane=Lane.MESSAGES)


def _references(session: Session, ids: Collection[int]) -> Mapping[int, str]:
    named = select(PatientChange.id, Booking.reference).join(Booking, Booking.id == PatientChange.booking_id)
    return {row.id: row.reference for row in session.execute(named.where(PatientChange.id.in_(ids)))}


CHANGES = SubjectKind(
    name=PATIENT_CHANGE,
    title="Correction of a patient’s record",
    references=_references,
    path=lambda slug, reference: f"/console/{slug}/bookings/{reference}",
)


def _stands(record: PatientRecord, field: str, value: str) -> bool:
    if field == "email":
        return record.email.strip().casefold() == value.strip().casefold()
    return any(same_phone(phone, value) for phone in record.phones)


def _forget(session: Session, change_id: int) -> None:
    session.execute(update(PatientChange).where(PatientChange.id == change_id).values(sealed_values=None))
