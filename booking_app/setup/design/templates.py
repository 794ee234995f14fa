"""A form template of Cliniko as questions of our own."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from booking_app.intake.fields import LONGEST_GROUP, LONGEST_LABEL, MOST_OPTIONS, FieldSpec, FieldType
from booking_app.intake.plain_text import clean_line
from booking_app.pms.records import FormTemplate, TemplateQuestion

LONGEST_KEY = 40
ROOM_FOR_NUMBER = 4
OTHER = "Other"
TYPES: dict[str, FieldType] = {
    "text": "text", "paragraph": "long_text", "date": "date", "radio": "radio", "checkboxes": "checkboxes",
}  # fmt: skip


@dataclass(frozen=True)
class Taken:
    """`fields` are what can be asked here; `left_out` names what cannot, such as a signature."""

    fields: tuple[FieldSpec, ...]
    left_out: tuple[str, ...]


def questions_of(template: FormTemplate, used: Collection[str]) -> Taken:
    """The template's questions with keys that nobody uses; sections become groups."""
    fields: list[FieldSpec] = []
    left_out: list[str] = []
    for section in template.sections:
        for question in section.questions:
            options = _options(question)
            if question.kind not in TYPES or (question.kind in ("radio", "checkboxes") and not options):
                left_out.append(question.name)
                continue
            key = _key(question.name, {*used, *(field.key for field in fields)})
            fields.append(_field(key, question, options, clean_line(section.name)[:LONGEST_GROUP]))
    return Taken(tuple(fields), tuple(left_out))


def _field(key: str, question: TemplateQuestion, options: tuple[str, ...], group: str) -> FieldSpec:
    return FieldSpec(
        key=key,
        label=clean_line(question.name)[:LONGEST_LABEL],
        type=TYPES[question.kind],
        required=question.is_required,
        options=options,
        group=group,
    )


def _options(question: TemplateQuestion) -> tuple[str, ...]:
    """Each once; an answer of one's own becomes a choice, because a closed list is what is asked here."""
    if question.kind not in ("radio", "checkboxes"):
        return ()
    named = [clean_line(option)[:LONGEST_LABEL] for option in question.options]
    both = [*named, OTHER] if question.has_other else named
    return tuple(dict.fromkeys(option for option in both if option))[:MOST_OPTIONS]


def _key(label: str, used: Collection[str]) -> str:
    """A key made of the first words of the question; numbered where it is taken."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    start = re.sub(r"^[^a-z]+", "", words)[: LONGEST_KEY - ROOM_FOR_NUMBER].rstrip("_") or "question"
    numbered = (start if number == 1 else f"{start}_{number}" for number in range(1, 1000))
    return next(key for key in numbered if key not in used)
