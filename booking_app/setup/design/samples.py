"""A waiver as a patient would sign it, before anybody does: the real renderer with an invented person."""

from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

from booking_app.bookings.document_facts import document_clinic
from booking_app.clinics.models import Clinic
from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.core.sealing import SigningKey, new_signing_key
from booking_app.intake.answers import Answer, Answers
from booking_app.intake.documents import make_document
from booking_app.intake.facts import Circumstances, DocumentFacts, DocumentPatient
from booking_app.intake.fields import FieldSpec, fields_of
from booking_app.intake.signatures import Signature
from booking_app.intake.waiver_text import body_html, body_sha256, check_body, placeholders_in, with_blanks
from booking_app.intake.waivers import WaiverSpec, WaiverText

REFERENCE = "BK-SAMPLE"
PATIENT = DocumentPatient("Sample", "Person", date(1990, 1, 1), "sample.person@example.com", "+61491570156")
SAMPLE_ANSWER = "(the patient’s answer)"


class WaiverSamples:
    """Previews of a waiver. Nothing is stored: a sample's seal is made with a key of its own and is never genuine."""

    def __init__(self, *, database: Database, clock: Clock, base_url: str) -> None:
        self._database = database
        self._clock = clock
        self._verify_url = f"{base_url}/verify"

    def page(self, clinic: Clinic, body: str) -> str:
        """Clean HTML of the text as step 4 shows it. Raises WaiverInvalid."""
        with self._database.reading() as session:
            fields = fields_of(session, clinic.id)
        text = check_body(body, {field.key for field in fields})
        return with_blanks(body_html(text), {field.key: field.label for field in fields})

    def document(self, clinic: Clinic, spec: WaiverSpec) -> bytes:
        """The PDF. Raises WaiverInvalid, DocumentsUnavailable."""
        with self._database.reading() as session:
            facts = self._facts(session, session.get_one(Clinic, clinic.id), spec)
        return make_document(facts, SigningKey.from_hex(new_signing_key())).content

    def _facts(self, session: Session, clinic: Clinic, spec: WaiverSpec) -> DocumentFacts:
        fields = fields_of(session, clinic.id)
        now = self._clock.now()
        return DocumentFacts(
            reference=REFERENCE,
            clinic=document_clinic(session, clinic),
            patient=PATIENT,
            waivers=(_text(spec, {field.key for field in fields}, now),),
            circumstances=Circumstances(signed_at=now, shown_at=now, submitted_at=now, language=clinic.locale),
            verify_url=self._verify_url,
            answers=_answers(fields, spec.body),
            signature=None if spec.signature == "none" else Signature(method="typed", typed_name=PATIENT.name),
        )


def _text(spec: WaiverSpec, field_keys: set[str], now: datetime) -> WaiverText:
    body = check_body(spec.body, field_keys)
    return WaiverText(
        key=spec.key,
        title=spec.title,
        kind=spec.kind,
        signature=spec.signature,
        version_sha256=body_sha256(body),
        body_markdown=body,
        body_html=body_html(body),
        effective_at=now.astimezone(UTC),
        placeholders=placeholders_in(body),
        resign_after_days=spec.resign_after_days,
    )


def _answers(fields: list[FieldSpec], body: str) -> Answers:
    """Something to stand where the text quotes an answer."""
    quoted = placeholders_in(body)
    return Answers(
        tuple(
            Answer(field.key, field.label, "text", SAMPLE_ANSWER) for field in fields if f"answer:{field.key}" in quoted
        )
    )
