"""The document as HTML: what is read where. Only the texts of waivers are HTML already; all else is escaped."""

from base64 import b64encode
from collections.abc import Iterator
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from booking_app.core.assets import asset_folder
from booking_app.core.color import readable_on_white
from booking_app.core.contact_details import phone_words
from booking_app.core.dates import plain_day, spoken_instant, spoken_start, utc_text
from booking_app.intake.facts import DocumentFacts
from booking_app.intake.glyphs import described, undrawable, with_code_points
from booking_app.intake.seals import RecordSeal
from booking_app.intake.signatures import signature_png_base64, signature_svg, svg_data_uri
from booking_app.intake.waiver_text import with_values
from booking_app.intake.waivers import WaiverText

Rows = list[tuple[str, str]]
KINDS = {
    "consent": "Consent to treatment",
    "policies": "Acknowledgement of policies",
    "recreational": "Recreational activity waiver",
}
UNSIGNED = "Agreed to by confirming the booking, without a signature"
METHODS = {"drawn": "Drawn by hand on screen", "typed": "Full name typed"}


def document_html(facts: DocumentFacts, seal: RecordSeal) -> str:
    """The whole document with its style; the same facts give the same text.

    What no font can draw is written as code points, and the evidence says so.
    """
    template = _environment().get_template("document.html")
    content = _content(facts, seal)
    html = template.render(**content, undrawn="")
    undrawn = undrawable(html)
    if not undrawn:
        return html
    return with_code_points(template.render(**content, undrawn=", ".join(map(described, undrawn))), undrawn)


def title_of(facts: DocumentFacts) -> str:
    return facts.waivers[0].title if len(facts.waivers) == 1 else "Signed agreements"


def _content(facts: DocumentFacts, seal: RecordSeal) -> dict[str, Any]:
    return {
        "title": title_of(facts),
        "language": facts.clinic.locale or "en-AU",
        "clinic": facts.clinic,
        "clinic_lines": _clinic_lines(facts),
        "logo": _logo(facts),
        "color": readable_on_white(facts.clinic.color),
        "reference": facts.reference,
        "summary": _summary(facts),
        "waivers": [_waiver(waiver, facts) for waiver in facts.waivers],
        "consents": facts.consents,
        "signature": _signature(facts),
        "evidence": [(heading, rows) for heading, rows in _evidence(facts, seal) if rows],
        "style": (asset_folder("templates/intake") / "document.css").read_text(),
    }


@cache
def _environment() -> Environment:
    loader = FileSystemLoader(asset_folder("templates/intake"))
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def _logo(facts: DocumentFacts) -> str | None:
    logo = facts.clinic.logo
    if logo is None or facts.clinic.logo_media_type not in ("image/png", "image/jpeg"):
        return None
    return f"data:{facts.clinic.logo_media_type};base64,{b64encode(logo).decode()}"


def _clinic_lines(facts: DocumentFacts) -> list[str]:
    clinic = facts.clinic
    legal = clinic.legal_name if clinic.legal_name != clinic.name else ""
    number = f"ABN {clinic.business_number}" if clinic.business_number[:1].isdigit() else clinic.business_number
    contact = " · ".join(part for part in (clinic.phone, clinic.email) if part)
    return [line for line in (legal, number, contact, clinic.website) if line]


def _summary(facts: DocumentFacts) -> Rows:
    rows = [("Patient", facts.patient.name), ("Date of birth", plain_day(facts.patient.date_of_birth))]
    if facts.guardian is not None:
        rows.append(("Signed by", f"{facts.guardian.name} ({facts.guardian.relationship})"))
    rows.append(("Date", plain_day(facts.signed_day)))
    rows.append(("Booking", facts.reference))
    if facts.appointment is not None:
        rows += _appointment(facts)
    return rows


def _appointment(facts: DocumentFacts) -> Rows:
    appointment = facts.appointment
    if appointment is None:
        return []
    rows = [
        ("Appointment", spoken_start(appointment.starts_at, appointment.time_zone)),
        ("Service", appointment.service),
        (appointment.practitioner_label, appointment.practitioner),
        ("Location", appointment.location),
    ]
    return [(name, text) for name, text in rows if text]


def _waiver(waiver: WaiverText, facts: DocumentFacts) -> dict[str, Any]:
    values = {"patient_name": facts.patient.name, "date": plain_day(facts.signed_day)}
    values |= {f"answer:{answer.key}": answer.text for answer in facts.answers.answers}
    return {
        "title": waiver.title,
        "kind": KINDS[waiver.kind] if KINDS[waiver.kind].lower() != waiver.title.lower() else "",
        "version": waiver.version_sha256,
        "html": with_values(waiver.body_html, values),
    }


def _signature(facts: DocumentFacts) -> dict[str, Any]:
    signature = facts.signature
    picture = None
    if signature is not None:
        # Vectors stay vectors on paper; only a drawing that came as a PNG goes in as one.
        is_png = signature.png is not None
        picture = signature_png_base64(signature) if is_png else svg_data_uri(signature_svg(signature))
    how = {"drawn": "Signed by hand by", "typed": "Signed by typing by"}
    words = f"{how[signature.method]} {facts.signer}" if signature is not None else f"Agreed to by {facts.signer}"
    return {
        "picture": picture,
        "words": words,
        "capacity": _capacity(facts),
        "typed": signature.typed_name if signature is not None else None,
        "at": spoken_instant(facts.circumstances.signed_at, facts.clinic.time_zone),
        "guardian": facts.guardian,
        "guardian_phone": phone_words(facts.guardian.phone) if facts.guardian is not None else "",
    }


def _capacity(facts: DocumentFacts) -> str:
    if facts.guardian is not None:
        return f"as {facts.guardian.relationship.lower()} of {facts.patient.name}, who is under 18"
    if facts.is_for_minor:
        return "as the patient, who is under 18 and signs without a guardian"
    return "as the patient"


def _evidence(facts: DocumentFacts, seal: RecordSeal) -> Iterator[tuple[str, Rows]]:
    yield "What was signed", _texts(facts)
    yield "Who signed", _people(facts)
    yield "When", _times(facts)
    yield "How", _circumstances(facts)
    yield (
        "Seal",
        [
            ("SHA-256 of the signed record", seal.record_sha256),
            ("Ed25519 seal of that hash", seal.signature),
            ("Public key", seal.key_id),
            ("Check this document at", f"{facts.verify_url.rstrip('/')}/{seal.record_sha256}"),
        ],
    )


def _texts(facts: DocumentFacts) -> Rows:
    rows: Rows = []
    for waiver in facts.waivers:
        effective = spoken_instant(waiver.effective_at, facts.clinic.time_zone)
        version = f"{waiver.version_sha256}\n(its version: the SHA-256 of the exact text)"
        rows.append((waiver.title, f"{version}\nin use since {effective}"))
    rows.append(("Language of the page", facts.circumstances.language))
    return rows


def _people(facts: DocumentFacts) -> Rows:
    patient = facts.patient
    rows = [("Patient", patient.name), ("Date of birth", plain_day(patient.date_of_birth))]
    rows += [("Email given", patient.email), ("Phone given", phone_words(patient.phone) if patient.phone else "")]
    if facts.guardian is not None:
        rows.append(("Guardian", f"{facts.guardian.name}, {facts.guardian.relationship}"))
        rows.append(("Guardian phone", phone_words(facts.guardian.phone)))
    return [(name, text) for name, text in rows if text]


def _times(facts: DocumentFacts) -> Rows:
    how = facts.circumstances
    taken = "Signature received" if facts.signature is not None else "Agreement received"
    moments = (("Page with the text sent", how.shown_at), (taken, how.signed_at), ("Booking sent", how.submitted_at))
    zone = facts.clinic.time_zone
    return [(name, f"{spoken_instant(at, zone)}\n{utc_text(at)} (UTC)") for name, at in moments if at is not None]


def _circumstances(facts: DocumentFacts) -> Rows:
    how = facts.circumstances
    method = METHODS[facts.signature.method] if facts.signature is not None else UNSIGNED
    rows = [("Method", method), ("Internet address (IP)", how.ip), ("Browser", how.user_agent[:250])]
    return [(name, text) for name, text in rows if text]
