"""Form templates: what of Cliniko's content can be asked again. The content is an open tree, so nothing is taken on
trust: what does not look like a question is left out."""

from collections.abc import Iterator, Mapping
from typing import Any

from booking_app.pms.client import ClinikoClient
from booking_app.pms.cliniko.custom_fields import KINDS
from booking_app.pms.records import FormTemplate, QuestionKind, TemplateQuestion, TemplateSection

FORM_KINDS: Mapping[str, QuestionKind] = {**KINDS, "signature": "signature"}


def read_templates(client: ClinikoClient) -> tuple[FormTemplate, ...]:
    """By name; what was archived is left out."""
    found = (one for one in client.patient_form_templates.list() if one.archived_at is None)
    templates = (FormTemplate(one.id, one.name, tuple(_sections(one.content))) for one in found)
    return tuple(sorted(templates, key=lambda template: (template.name.casefold(), template.cliniko_id)))


def _sections(content: object) -> Iterator[TemplateSection]:
    for section in _mappings(content, "sections"):
        questions = tuple(_questions(section))
        if questions:
            yield TemplateSection(_text(section.get("name")), questions)


def _questions(section: Mapping[str, Any]) -> Iterator[TemplateQuestion]:
    for question in _mappings(section, "questions"):
        name, kind = _text(question.get("name")), FORM_KINDS.get(_text(question.get("type")))
        if name and kind is not None:
            yield TemplateQuestion(
                name=name,
                kind=kind,
                is_required=question.get("required") is True,
                options=tuple(_options(question)),
                has_other=_has_other(question.get("other")),
            )


def _options(question: Mapping[str, Any]) -> Iterator[str]:
    for answer in _mappings(question, "answers"):
        if value := _text(answer.get("value")):
            yield value


def _has_other(other: object) -> bool:
    return isinstance(other, Mapping) and other.get("enabled") is True


def _mappings(holder: object, name: str) -> list[Mapping[str, Any]]:
    found = holder.get(name) if isinstance(holder, Mapping) else None
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
