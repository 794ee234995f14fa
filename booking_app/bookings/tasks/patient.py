"""Find or create the patient. An existing record is never written by an unverified visitor."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import update
from sqlalchemy.orm import Session

from booking_app.bookings.facts import BookingFacts
from booking_app.bookings.matching import Match, match, match_known
from booking_app.bookings.models import Booking, MatchProposal
from booking_app.bookings.patient_records.choices import used_instead_of
from booking_app.bookings.records import PatientDetails
from booking_app.bookings.tasks.base import PracticeEffect, Tools
from booking_app.core.sealing import Keyring
from booking_app.intake.answers import Answers
from booking_app.pms.errors import PracticeRejected
from booking_app.pms.practice import Practice
from booking_app.pms.records import NewPatient, PatientRecord
from booking_app.tasks.records import Effect, Record, Work

log = structlog.get_logger(__name__)


class FindOrCreatePatient(PracticeEffect):
    """The task `patient`. The booking's reference on the record makes one created before a lost answer findable."""

    def __init__(self, tools: Tools, *, keyring: Keyring) -> None:
        super().__init__(tools)
        self._keyring = keyring

    def probe(self, work: Work) -> Effect | None:
        facts = self.facts(work)
        practice = self.practice(work)
        created = practice.find_patient_by_marker(facts.booking.reference)
        if created is None:
            return None
        # Doubt has to reach the front desk even though the first attempt could not say so.
        others = [one for one in _records(practice, facts.details) if one.cliniko_id != created.cliniko_id]
        return self._created(work, created, match(facts.details, others))

    def act(self, work: Work) -> Effect:
        facts = self.facts(work)
        practice = self.practice(work)
        details = facts.details
        certain = self._certain(practice, facts)
        if certain is not None:
            record = self._record(work, certain.cliniko_id, match_known(details, certain), is_returning=True)
            return Effect(certain.cliniko_id, "known", record)
        found = match(details, _records(practice, details))
        if found.record is not None:
            current = self._chosen(practice, work.clinic_id, found.record)
            return Effect(current.cliniko_id, "found", self._record(work, current.cliniko_id, found, is_returning=True))
        created, left_out = self._create(practice, self._new_patient(facts))
        return self._created(work, created, found, left_out)

    def _chosen(self, practice: Practice, clinic_id: int, found: PatientRecord) -> PatientRecord:
        """The record that somebody at the clinic chose over this one; else what stands for this one now."""
        with self._database.reading() as session:
            chosen = used_instead_of(session, clinic_id, found.cliniko_id)
        other = practice.current_patient(chosen) if chosen != found.cliniko_id else None
        return other or practice.current_patient(found.cliniko_id) or found

    def _certain(self, practice: Practice, facts: BookingFacts) -> PatientRecord | None:
        """The record of a patient who has proven who they are; None once it was archived, or merged into another."""
        if facts.known_patient_id is None:
            return None
        current = practice.current_patient(facts.known_patient_id)
        return current if current and current.cliniko_id == facts.known_patient_id else None

    def _created(self, work: Work, patient: PatientRecord, found: Match, left_out: tuple[str, ...] = ()) -> Effect:
        note = "created" if not left_out else f"created without {', '.join(left_out)}"
        record = self._record(work, patient.cliniko_id, found, is_returning=False)
        return Effect(patient.cliniko_id, note[:200], record)

    def _create(self, practice: Practice, patient: NewPatient) -> tuple[PatientRecord, tuple[str, ...]]:
        """Create it; what Cliniko refuses beyond the name is left out in a second try, and named."""
        try:
            return practice.create_patient(patient), ()
        except PracticeRejected as error:
            smaller = without(patient, error.fields)
            if smaller == patient:
                raise
            log.warning("patient_fields_left_out", count=len(error.fields))
            return practice.create_patient(smaller), error.fields

    def _new_patient(self, facts: BookingFacts) -> NewPatient:
        details = facts.details
        answers = Answers.from_json(details.answers)
        attributes = answers.patient_attributes()
        guardian = details.guardian
        if guardian is not None:
            contact = f"{guardian.first_name} {guardian.last_name} ({guardian.relationship}), {guardian.phone}"
            attributes.setdefault("emergency_contact", contact[:255])
        return NewPatient(
            first_name=details.first_name,
            last_name=details.last_name,
            email=details.email,
            phone=details.phone,
            date_of_birth=details.date_of_birth,
            marker=facts.booking.reference,
            accepted_privacy=details.consents.get("privacy", False),
            accepted_email_marketing=details.consents.get("email_marketing"),
            accepted_sms_marketing=details.consents.get("sms_marketing"),
            attributes=attributes,
            custom_answers=answers.custom_answers(),
        )

    def _record(self, work: Work, patient_id: str, found: Match, *, is_returning: bool) -> Record:
        now = self._clock.now()

        def record(session: Session) -> None:
            of_booking = update(Booking).where(Booking.id == work.subject_id)
            session.execute(of_booking.values(cliniko_patient_id=patient_id, is_returning=is_returning))
            if found.proposal is not None:
                session.add(self._proposal(work, found, now))

        return record

    def _proposal(self, work: Work, found: Match, now: datetime) -> MatchProposal:
        differences: Any = [list(difference) for difference in found.differences]
        return MatchProposal(
            clinic_id=work.clinic_id,
            booking_id=work.subject_id,
            kind=found.proposal,
            candidate_ids=list(found.candidates),
            sealed_differences=self._keyring.seal_json(differences) if differences else None,
            created_at=now,
        )


def _records(practice: Practice, details: PatientDetails) -> tuple[PatientRecord, ...]:
    return practice.find_patients(email=details.email, last_name=details.last_name, date_of_birth=details.date_of_birth)


def without(patient: NewPatient, fields: tuple[str, ...]) -> NewPatient:
    """The patient without the optional values that were refused; names can not be left out."""
    changes: dict[str, Any] = {}
    if "email" in fields:
        changes["email"] = ""
    if any(field.startswith(("patient_phone_numbers", "phone")) for field in fields):
        changes["phone"] = ""
    if "custom_fields" in fields:
        changes["custom_answers"] = {}
    attributes = {name: value for name, value in patient.attributes.items() if name not in fields}
    return replace(patient, attributes=attributes, **changes)
