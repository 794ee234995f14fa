"""The content of a Cliniko form as our sections: what cannot be read as a question is left out, never an error."""

from collections.abc import Iterator, Mapping
from typing import Any

from booking_app.pms.cliniko.form_templates import FORM_KINDS
from booking_app.pms.records import FormQuestion, FormSection


def read_sections(content: Mapping[str, Any] | None) -> tuple[FormSection, ...]:
    """The sections in their order; none for a form without content. Pictures of signatures are not in it."""
    found = (content or {}).get("sections")
    return tuple(
        FormSection(_text(one.get("name")), tuple(_questions(one)), _text(one.get("description")) or None)
        for one in _objects(found)
    )


def _questions(section: Mapping[str, Any]) -> Iterator[FormQuestion]:
    for one in _objects(section.get("questions")):
        kind = FORM_KINDS.get(_text(one.get("type")))
        if kind is not None:
            options = tuple(
                (_text(each.get("value")), each.get("selected") is True) for each in _objects(one.get("answers"))
            )
            yield FormQuestion(_text(one.get("name")), kind, _text(one.get("answer")) or None, options)


def _objects(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
