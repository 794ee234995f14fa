"""The canonical signed record: one form of bytes for one set of facts, so that its hash means something."""

import hashlib
import json
from typing import Any

from booking_app.core.dates import utc_text
from booking_app.intake.answers import Answer
from booking_app.intake.earlier import Agreement
from booking_app.intake.facts import Consent, DocumentFacts
from booking_app.intake.waivers import WaiverText

SCHEMA = "booking-signed-record/1"


def canonical_record(facts: DocumentFacts) -> bytes:
    """What was signed, by whom and how, as JSON: keys sorted, no spaces, UTF-8. Looks (logo, colour) are not in it."""
    record: dict[str, Any] = {
        "schema": SCHEMA,
        "reference": facts.reference,
        "clinic": _clinic(facts),
        "patient": _patient(facts),
        "guardian": _guardian(facts),
        "appointment": _appointment(facts),
        "waivers": [_waiver(waiver) for waiver in facts.waivers],
        "answers": [_answer(answer) for answer in facts.answers.answers],
        "consents": [_consent(consent) for consent in facts.consents],
        "signature": None if facts.signature is None else facts.signature.to_json(),
        "signer": facts.signer,
        "circumstances": _circumstances(facts),
    }
    # Only where there is any: the record of everything signed before this was known stays the same to a byte.
    if facts.kept_answers:
        record["kept_answers"] = sorted(facts.kept_answers)
    if facts.agreed_earlier:
        record["agreed_earlier"] = [_agreed(one) for one in facts.agreed_earlier]
    text = json.dumps(record, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8", "backslashreplace")


def record_sha256(facts: DocumentFacts) -> str:
    return hashlib.sha256(canonical_record(facts)).hexdigest()


def _clinic(facts: DocumentFacts) -> dict[str, str]:
    clinic = facts.clinic
    return {
        "name": clinic.name,
        "legal_name": clinic.legal_name,
        "business_number": clinic.business_number,
        "time_zone": clinic.time_zone,
    }


def _patient(facts: DocumentFacts) -> dict[str, str]:
    patient = facts.patient
    return {
        "first_name": patient.first_name,
        "last_name": patient.last_name,
        "date_of_birth": patient.date_of_birth.isoformat(),
        "email": patient.email,
        "phone": patient.phone,
    }


def _guardian(facts: DocumentFacts) -> dict[str, str] | None:
    guardian = facts.guardian
    if guardian is None:
        return None
    return {
        "first_name": guardian.first_name,
        "last_name": guardian.last_name,
        "phone": guardian.phone,
        "relationship": guardian.relationship,
        **({"email": guardian.email} if guardian.email else {}),
    }


def _appointment(facts: DocumentFacts) -> dict[str, str] | None:
    appointment = facts.appointment
    if appointment is None:
        return None
    return {
        "starts_at": utc_text(appointment.starts_at),
        "time_zone": appointment.time_zone,
        "service": appointment.service,
        "practitioner": appointment.practitioner,
        "location": appointment.location,
    }


def _waiver(waiver: WaiverText) -> dict[str, str]:
    return {
        "key": waiver.key,
        "title": waiver.title,
        "kind": waiver.kind,
        "version_sha256": waiver.version_sha256,
        "effective_at": utc_text(waiver.effective_at),
    }


def _agreed(agreement: Agreement) -> dict[str, Any]:
    return {
        "version_sha256": agreement.version_sha256,
        "agreed_at": utc_text(agreement.agreed_at),
        "reference": agreement.reference,
    }


def _answer(answer: Answer) -> dict[str, Any]:
    return {"key": answer.key, "label": answer.label, "type": answer.type, "value": answer.raw}


def _consent(consent: Consent) -> dict[str, Any]:
    return {"key": consent.key, "wording": consent.wording, "given": consent.given}


def _circumstances(facts: DocumentFacts) -> dict[str, str | None]:
    how = facts.circumstances
    return {
        "shown_at": None if how.shown_at is None else utc_text(how.shown_at),
        "signed_at": utc_text(how.signed_at),
        "submitted_at": None if how.submitted_at is None else utc_text(how.submitted_at),
        "language": how.language,
        "ip": how.ip,
        "user_agent": how.user_agent,
    }
