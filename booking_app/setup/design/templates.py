"""A form template of Cliniko as questions of our own."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from booking_app.core.plain_text import clean_line
from booking_app.intake.field_kinds import kind_of_template
from booking_app.intake.field_kinds.base import LONGEST_LABEL, MOST_OPTIONS
from booking_app.intake.fields import LONGEST_GROUP, FieldSpec
from booking_app.pms.records import FormTemplate, TemplateQuestion
from booking_app.setup.design.made_keys import key_for

OTHER = "Other"


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
            kind = kind_of_template(question.kind)
            options = _options(question) if kind is not None and kind.takes_options else ()
            if kind is None or (kind.takes_options and not options):
                left_out.append(question.name)
                continue
            key = key_for(question.name, {*used, *(field.key for field in fields)})
            field = FieldSpec(key, clean_line(question.name)[:LONGEST_LABEL], kind.name, question.is_required)
            fields.append(replace(field, options=options, group=clean_line(section.name)[:LONGEST_GROUP]))
    return Taken(tuple(fields), tuple(left_out))


def _options(question: TemplateQuestion) -> tuple[str, ...]:
    """Each once; an answer of one's own becomes a choice, because a closed list is what is asked here."""
    named = [clean_line(option)[:LONGEST_LABEL] for option in question.options]
    both = [*named, OTHER] if question.has_other else named
    return tuple(dict.fromkeys(option for option in both if option))[:MOST_OPTIONS]
