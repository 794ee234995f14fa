"""From a booking to what its form and document say. Only facts that were known when the patient confirmed."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from booking_app.bookings.facts import BookingFacts
from booking_app.bookings.records import PatientDetails
from booking_app.clinics.clinics import clinic_file
from booking_app.clinics.models import Clinic
from booking_app.clinics.records import ConsentWording
from booking_app.core.failures import Failure, RemoteFailure
from booking_app.intake.answers import Answers
from booking_app.intake.facts import (
    Circumstances,
    Consent,
    DocumentAppointment,
    DocumentClinic,
    DocumentFacts,
    DocumentPatient,
)
from booking_app.intake.waivers import WaiverText, waiver_version

BY_VIDEO = "By video"  # in the place of a location
CONSENT_TITLES = {
    "privacy": "Privacy notice",
    "email_marketing": "News by e-mail",
    "sms_marketing": "News by text message",
}

MakeDocumentFacts = Callable[[Session, BookingFacts], DocumentFacts]


class DocumentFactsMaker:
    """Callable with a session and a booking's facts."""

    def __init__(self, *, base_url: str) -> None:
        self._verify_url = f"{base_url}/verify"

    def __call__(self, session: Session, facts: BookingFacts) -> DocumentFacts:
        """The same booking gives the same facts, whenever and wherever it is asked."""
        details, evidence = facts.details, facts.evidence
        return DocumentFacts(
            reference=facts.booking.reference,
            clinic=document_clinic(session, facts.clinic),
            patient=DocumentPatient(
                first_name=details.first_name,
                last_name=details.last_name,
                date_of_birth=details.date_of_birth,
                email=details.email,
                phone=details.phone,
            ),
            waivers=_waivers(session, facts),
            circumstances=Circumstances(
                signed_at=evidence.signed_at,
                shown_at=evidence.shown_at,
                submitted_at=facts.booking.created_at,
                language=evidence.language,
                ip=evidence.ip,
                user_agent=evidence.user_agent,
            ),
            verify_url=self._verify_url,
            answers=Answers.from_json(details.answers),
            consents=consents_of(facts.wording, details),
            signature=details.signature,
            guardian=details.guardian,
            kept_answers=frozenset(details.kept_answers),
            agreed_earlier=details.agreed_earlier,
            appointment=DocumentAppointment(
                starts_at=facts.signed_for.starts_at,
                service=str(facts.signed_for.names["service"]),
                practitioner=str(facts.signed_for.names["practitioner"]),
                location=_place(facts.signed_for.names),
                practitioner_label=str(facts.signed_for.names.get("practitioner_label", "With")),
                time_zone=str(facts.signed_for.names["time_zone"]),
            ),
        )


def _place(names: Mapping[str, Any]) -> str:
    return BY_VIDEO if names["is_telehealth"] else str(names["location"])


def consents_of(wording: ConsentWording, details: PatientDetails) -> tuple[Consent, ...]:
    """Each consent that was asked for, with its wording and the answer."""
    worded = (
        ("privacy", wording.privacy),
        ("email_marketing", wording.email_marketing),
        ("sms_marketing", wording.sms_marketing),
    )
    return tuple(
        Consent(key=key, title=CONSENT_TITLES[key], wording=text, given=details.consents.get(key, False))
        for key, text in worded
        if text
    )


def document_clinic(session: Session, clinic: Clinic) -> DocumentClinic:
    """The clinic as its papers show it."""
    branding = clinic.branding_values()
    logo = clinic_file(session, clinic.id, branding.logo) if branding.logo else None
    return DocumentClinic(
        name=clinic.name,
        time_zone=clinic.time_zone,
        legal_name=clinic.legal_name,
        business_number=clinic.business_number,
        phone=clinic.phone,
        email=clinic.email,
        website=clinic.website,
        locale=clinic.locale,
        color=branding.primary_color,
        logo=logo.content if logo else None,
        logo_media_type=logo.media_type if logo else "image/png",
    )


def _waivers(session: Session, facts: BookingFacts) -> tuple[WaiverText, ...]:
    """The exact versions that were shown, even if newer ones have been published since. Raises RemoteFailure DATA."""
    shown = []
    for key, sha256 in facts.details.waiver_versions.items():
        text = waiver_version(session, facts.clinic.id, sha256, key=key)
        if text is None:
            raise RemoteFailure(f"waiver_version_missing:{key}", failure=Failure.DATA)
        shown.append(text)
    return tuple(shown)
