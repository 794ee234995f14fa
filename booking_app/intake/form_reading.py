"""Reading our own finished forms again: what was answered, agreed to and consented to, and by whom.

Only what stands under the names that we write counts; of everything else in a form nothing is taken.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import unescape

from booking_app.intake import form_names
from booking_app.intake.earlier import Agreement, Earlier, KeptAnswer
from booking_app.intake.field_kinds import Unreadable, read_value
from booking_app.intake.fields import FieldSpec
from booking_app.intake.people import Guardian
from booking_app.pms.records import FinishedForm, FormQuestion, FormSection

OURS = re.compile(r"^Online booking (BK-[2-9A-HJKMNP-Z]{8})$")
BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
TAG = re.compile(r"<[^>]*>")
CUT = "…"  # a text that was too long for the form is not whole


@dataclass(frozen=True)
class _Read:
    """One of our forms, its sections by name."""

    at: datetime
    reference: str
    sections: Mapping[str, FormSection]
    texts: Sequence[FormSection]

    def question(self, section: str, name: str) -> FormQuestion | None:
        found, wanted = self.sections.get(section), _one_line(name)
        return next((one for one in found.questions if _one_line(one.name) == wanted), None) if found else None

    def text(self, section: str, name: str) -> str:
        question = self.question(section, name)
        return _plain(question) if question else ""


def earlier_of(
    forms: Iterable[FinishedForm], *, fields: Sequence[FieldSpec], wordings: Iterable[str], region: str
) -> Earlier:
    """What these forms say about the questions and consents asked today; of each the newest counts.

    An answer that was only kept from before counts from when it was given. What could not be answered so today is
    left out.
    """
    ours = _ours(forms)
    answers = {spec.key: found for spec in fields if (found := _answer(ours, spec, region)) is not None}
    consents = {wording: given for wording in wordings if (given := _consent(ours, wording)) is not None}
    return Earlier(answers, tuple(one for form in ours for one in _agreements(form)), consents)


def guardian_of(forms: Iterable[FinishedForm]) -> Guardian | None:
    """The guardian of the newest form that has one. Forms keep a name whole: its last word is taken for the last."""
    section = form_names.GUARDIAN_SECTION
    for form in _ours(forms):
        first, _, last = form.text(section, form_names.GUARDIAN).rpartition(" ")
        if first:
            names = (form_names.GUARDIAN_PHONE, form_names.RELATIONSHIP, form_names.GUARDIAN_EMAIL)
            phone, relationship, email = (form.text(section, name) for name in names)
            return Guardian(first, last, phone, relationship, email)
    return None


def _ours(forms: Iterable[FinishedForm]) -> list[_Read]:
    """Ours, the newest first."""
    named = [(form, OURS.match(form.name)) for form in forms]
    read = [
        _Read(form.finished_at, match[1], {one.name: one for one in form.sections}, form.sections)
        for form, match in named
        if match is not None
    ]
    return sorted(read, key=lambda form: form.at, reverse=True)


def _answer(forms: Sequence[_Read], spec: FieldSpec, region: str) -> KeptAnswer | None:
    for form in forms:
        question = form.question(form_names.ANSWERS, spec.label)
        if question is None:
            continue
        posted = [label for label, is_chosen in question.options if is_chosen] or [_plain(question)]
        if posted[0].endswith(CUT):
            return None
        try:
            value = read_value(spec, posted, region)
        except Unreadable:
            return None
        return None if value is None else KeptAnswer(spec.kind.raw(value), form.at)
    return None


def _agreements(form: _Read) -> Iterable[Agreement]:
    """The texts agreed to in this very form."""
    is_signed = form.question(form_names.SIGNATURE_SECTION, form_names.METHOD) is not None
    by_guardian = bool(form.text(form_names.GUARDIAN_SECTION, form_names.GUARDIAN))
    for section in form.texts:
        version = next((_plain(one) for one in section.questions if one.name == form_names.VERSION), "")
        if version:
            yield Agreement(section.name, version, form.at, form.reference, is_signed, by_guardian)


def _consent(forms: Sequence[_Read], wording: str) -> bool | None:
    """The newest answer to exactly this wording."""
    for form in forms:
        question = form.question(form_names.CONSENTS, wording)
        if question is not None:
            return any(is_chosen and label == "Yes" for label, is_chosen in question.options)
    return None


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _plain(question: FormQuestion) -> str:
    """The text answered; that of a paragraph is HTML of ours."""
    text = question.answer or ""
    return unescape(TAG.sub("", BREAK.sub("\n", text))).strip() if question.kind == "paragraph" else text.strip()
