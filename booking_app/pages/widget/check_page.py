"""Everything the check page shows, prepared."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from booking_app.bookings.records import PatientDetails
from booking_app.core.contact_details import is_known_phone, phone_words
from booking_app.core.dates import plain_day
from booking_app.intake.answers import Answers
from booking_app.intake.signatures import signature_svg, svg_address
from booking_app.pages.widget.asking import questions_of
from booking_app.pages.widget.details_page import HoldView, hold_view, times_url
from booking_app.pages.widget.forms.agreements import agreement_names
from booking_app.pages.widget.forms.screens import AGREEMENT, QUESTIONS
from booking_app.pages.widget.summary import Appointment, appointment
from booking_app.pages.widget.visits import Visit


@dataclass(frozen=True)
class Row:
    """One line of the summary."""

    name: str
    value: str


@dataclass(frozen=True)
class CheckPage:
    appointment: Appointment
    patient: tuple[Row, ...]
    guardian: tuple[Row, ...]
    answers: tuple[Row, ...]
    agreements: tuple[Row, ...]
    signature: str | None
    signed_by: str
    hold: HoldView | None
    service_url: str
    times_url: str
    details_url: str
    answers_url: str
    agreements_url: str | None
    is_known: bool
    action: str


def check_page(visit: Visit, details: PatientDetails) -> CheckPage:
    """The summary of a draft whose details are known."""
    assert visit.draft is not None
    service = visit.catalogue.service(visit.draft.choice.service_id)
    return CheckPage(
        appointment=appointment(visit, visit.draft.choice),
        patient=_patient(details),
        guardian=_guardian(details),
        answers=tuple(Row(answer.label, answer.text) for answer in Answers.from_json(details.answers).answers),
        agreements=_agreements(visit, details),
        signature=svg_address(signature_svg(details.signature)) if details.signature else None,
        signed_by=_signer(details),
        hold=hold_view(visit),
        service_url=visit.url("services", category=service.category_key if service else None, stay=1),
        times_url=times_url(visit),
        details_url=visit.url("details"),
        answers_url=visit.url("details", screen=QUESTIONS),
        agreements_url=_agreements_url(visit),
        is_known=visit.is_known,
        action=visit.url("confirm"),
    )


def _agreements_url(visit: Visit) -> str | None:
    """Where what was agreed to can be changed; None where nothing was asked this time."""
    return visit.url("details", screen=AGREEMENT) if agreement_names(questions_of(visit)) else None


def _patient(details: PatientDetails) -> tuple[Row, ...]:
    return (
        Row("Name", f"{details.first_name} {details.last_name}"),
        Row("Date of birth", plain_day(details.date_of_birth)),
        Row("Email", details.email),
        Row("Mobile phone", _checked_phone(details.phone)),
    )


def _guardian(details: PatientDetails) -> tuple[Row, ...]:
    guardian = details.guardian
    if guardian is None:
        return ()
    return (
        Row("Guardian", f"{guardian.first_name} {guardian.last_name}"),
        Row("Relationship", guardian.relationship),
        *([Row("Guardian email", guardian.email)] if guardian.email else ()),
        Row("Guardian phone", _checked_phone(guardian.phone)),
    )


def _agreements(visit: Visit, details: PatientDetails) -> tuple[Row, ...]:
    questions = questions_of(visit)
    agreed = [w.title for w in questions.waivers if details.waiver_versions.get(w.key) == w.version_sha256]
    zone = ZoneInfo(visit.clinic.time_zone)
    rows = [Row(title, "Agreed") for title in agreed]
    rows += [
        Row(one.title, f"Agreed on {plain_day(one.agreed_at.astimezone(zone).date())}")
        for one in details.agreed_earlier
    ]
    if questions.consents.email_marketing:
        rows.append(Row("News by email", _yes_no(details.consents.get("email_marketing"))))
    if questions.consents.sms_marketing:
        rows.append(Row("News by SMS", _yes_no(details.consents.get("sms_marketing"))))
    return tuple(rows)


def _signer(details: PatientDetails) -> str:
    if details.guardian is not None:
        return f"{details.guardian.first_name} {details.guardian.last_name}"
    return f"{details.first_name} {details.last_name}"


def _yes_no(given: bool | None) -> str:
    return "Yes" if given else "No"


def _checked_phone(phone: str) -> str:
    """The number, with a question beside one that no numbering plan knows."""
    return phone_words(phone) if is_known_phone(phone) else f"{phone_words(phone)} (is this right?)"
