"""The completed patient form: answers, texts, consents and signature, within the limits of the practice system.

Cliniko keeps names, options and text answers to 255 characters and long texts to 10,000; it strips tags it does not
know and newlines from HTML, and refuses empty answers, so those are left out.
"""

import re
from html import escape

import nh3

from booking_app.core.dates import plain_day, spoken_instant
from booking_app.intake import form_names
from booking_app.intake.facts import Consent, DocumentFacts
from booking_app.intake.form_text import LONGEST_PARAGRAPH, safe_html, written
from booking_app.intake.records import record_sha256
from booking_app.intake.signatures import signature_svg, svg_data_uri
from booking_app.intake.waiver_text import with_values
from booking_app.intake.waivers import WaiverText
from booking_app.pms.records import FormQuestion, FormSection

LONGEST_NAME = 255
LONGEST_WORDING = 3_000
METHODS = {"drawn": "Drawn by hand on screen", "typed": "Full name typed"}
FORM_TAGS = {"p", "div", "br", "ul", "ol", "li", "blockquote", "b", "i", "u", "a", "h1", "h2"}
RENAMED = {"strong": "b", "em": "i", "h3": "h2", "h4": "b", "h5": "b", "h6": "b", "tr": "div", "pre": "div"}
TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)([^>]*)>")
BLOCK_END = re.compile(r"(?<=</p>)|(?<=</ul>)|(?<=</ol>)|(?<=</h2>)|(?<=</div>)|(?<=</blockquote>)")
REST_IN_DOCUMENT = "<p>The rest of this text is in the signed document.</p>"


def form_sections(facts: DocumentFacts) -> tuple[FormSection, ...]:
    """The sections of the form, in the order in which a practitioner reads them; empty ones are left out."""
    sections = [
        _answers(facts, form_names.ANSWERS, is_kept=False),
        _answers(facts, form_names.KEPT_ANSWERS, is_kept=True),
        _guardian(facts),
        *(_waiver(waiver, facts) for waiver in facts.waivers),
        _agreed_earlier(facts),
        _consents(facts),
        _signature(facts),
    ]
    return tuple(section for section in sections if section is not None)


def _answers(facts: DocumentFacts, name: str, *, is_kept: bool) -> FormSection | None:
    """What was answered now, or what was answered at an earlier visit, shown again and left as it was."""
    questions = tuple(
        answer.kind.form_question(answer.label, answer.value, answer.options)
        for answer in facts.answers.answers
        if answer.text and (answer.key in facts.kept_answers) is is_kept
    )
    return FormSection(name=name, questions=questions) if questions else None


def _agreed_earlier(facts: DocumentFacts) -> FormSection | None:
    """Texts that were not shown again, because what was agreed to before still holds."""
    zone = facts.clinic.time_zone
    lines = [
        written(one.title[:LONGEST_NAME], f"{spoken_instant(one.agreed_at, zone)}, booking {one.reference}")
        for one in facts.agreed_earlier
    ]
    return FormSection(name=form_names.AGREED_EARLIER, questions=tuple(lines)) if lines else None


def _guardian(facts: DocumentFacts) -> FormSection | None:
    guardian = facts.guardian
    if guardian is None:
        return _minor_alone() if facts.is_for_minor else None
    rows = (
        (form_names.GUARDIAN, guardian.name),
        (form_names.RELATIONSHIP, guardian.relationship),
        (form_names.GUARDIAN_PHONE, guardian.phone),
        (form_names.GUARDIAN_EMAIL, guardian.email),
    )
    questions = tuple(written(name, text) for name, text in rows if text)
    return FormSection(name=form_names.GUARDIAN_SECTION, questions=questions)


def _minor_alone() -> FormSection:
    note = "The patient is under 18 and signed without a parent or guardian. Please assess whether they may consent."
    return FormSection(name=form_names.GUARDIAN_SECTION, questions=(written("Please note", note),))


def _waiver(waiver: WaiverText, facts: DocumentFacts) -> FormSection:
    values = {"patient_name": facts.patient.name, "date": plain_day(facts.signed_day)}
    values |= {f"answer:{answer.key}": answer.text for answer in facts.answers.answers}
    text = _form_html(with_values(waiver.body_html, values))
    agreed = FormQuestion(name=f"Agreed to: {waiver.title}"[:LONGEST_NAME], kind="radio", options=(("Yes", True),))
    version = FormQuestion(name=form_names.VERSION, kind="text", answer=waiver.version_sha256)
    return FormSection(name=waiver.title, description=text, questions=(agreed, version))


def _form_html(html: str) -> str:
    """Clean HTML in the few tags that the form keeps; a text that is too long ends after its last whole block."""
    renamed = TAG.sub(_renamed, html.replace("</td>", "  ").replace("</th>", "  ").replace("\n", " "))
    clean = nh3.clean(renamed, tags=FORM_TAGS, attributes={"a": {"href"}}, link_rel=None).strip()
    if len(clean) <= LONGEST_PARAGRAPH:
        return clean
    kept = ""
    for block in BLOCK_END.split(clean):
        if len(kept) + len(block) + len(REST_IN_DOCUMENT) > LONGEST_PARAGRAPH:
            break
        kept += block
    return nh3.clean(kept, tags=FORM_TAGS, attributes={"a": {"href"}}, link_rel=None) + REST_IN_DOCUMENT


def _renamed(match: re.Match[str]) -> str:
    return f"<{match[1]}{RENAMED.get(match[2], match[2])}{match[3]}>"


def _consents(facts: DocumentFacts) -> FormSection | None:
    if not facts.consents:
        return None
    questions = tuple(_consent(consent) for consent in facts.consents)
    long_wordings = [consent for consent in facts.consents if len(consent.wording) > LONGEST_NAME]
    html = "<br>".join(
        f"<b>{escape(consent.title)}</b><br>{safe_html(consent.wording, LONGEST_WORDING)}" for consent in long_wordings
    )
    return FormSection(name=form_names.CONSENTS, questions=questions, description=html or None)


def _consent(consent: Consent) -> FormQuestion:
    # The wording is the question; one that is too long for that stands above, under its title.
    name = consent.wording if len(consent.wording) <= LONGEST_NAME else consent.title
    return FormQuestion(name=name, kind="radio", options=(("Yes", consent.given), ("No", not consent.given)))


def _signature(facts: DocumentFacts) -> FormSection:
    signature = facts.signature
    rows = [
        ("Signed by" if signature is not None else "Agreed to by", facts.signer),
        ("Name as typed", (signature.typed_name or "") if signature is not None else ""),
        ("Signed at", spoken_instant(facts.circumstances.signed_at, facts.clinic.time_zone)),
        (form_names.METHOD, METHODS[signature.method] if signature is not None else ""),
        (form_names.BOOKING, facts.reference),
        ("SHA-256 of the signed record", record_sha256(facts)),
    ]
    questions = [written(name, text) for name, text in rows if text]
    if signature is not None:
        picture = svg_data_uri(signature_svg(signature))
        questions.insert(0, FormQuestion(name="Signature", kind="signature", signature=picture))
    return FormSection(name=form_names.SIGNATURE_SECTION, questions=tuple(questions))
