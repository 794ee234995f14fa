"""The one place where a clinic's own questions become form fields."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from wtforms import Field, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.widgets import TextInput

from booking_app.intake.fields import FieldSpec

PREFIX = "answer_"


@dataclass(frozen=True)
class Condition:
    """When a question is asked: for the browser (`field`, `equals`) and in words for a page without scripts."""

    field: str
    equals: str
    in_words: str


def conditions_of(specs: Sequence[FieldSpec]) -> dict[str, Condition]:
    """Field name -> its condition, for the questions that have one."""
    by_key = {spec.key: spec for spec in specs}
    return {
        field_name(spec.key): Condition(
            field=field_name(spec.show_if.field),
            equals=spec.show_if.equals,
            in_words=_in_words(by_key.get(spec.show_if.field), spec.show_if.equals),
        )
        for spec in specs
        if spec.show_if is not None
    }


def _in_words(asked: FieldSpec | None, equals: str) -> str:
    label = asked.label if asked else ""
    answer = asked.kind.choices(asked.options).get(equals, equals) if asked else equals
    return f"Answer only if “{label}” is “{answer}”."


def field_name(key: str) -> str:
    """The name under which the answer to a question is posted."""
    return f"{PREFIX}{key}"


def field_for(spec: FieldSpec) -> Any:
    """An unbound field for a question. It carries the words; whether the answer will do is intake's to say."""
    kind, choices = spec.kind, spec.kind.choices(spec.options)
    given: dict[str, Any] = {"label": spec.label, "description": spec.help, "render_kw": _attributes(spec)}
    if kind.control == "radio":
        return RadioField(choices=choices, validate_choice=False, **given)
    if kind.control == "checkboxes":
        return SelectMultipleField(choices=choices, validate_choice=False, **given)
    if kind.control == "list":
        return SelectField(choices={"": "Choose one", **choices}, validate_choice=False, **given)
    if kind.control == "lines":
        return TextAreaField(**given)
    return StringField(widget=TextInput(kind.input_type), **given)


def posted(field: Field) -> str | list[str]:
    """What was posted for a question, as intake reads it."""
    data = field.data
    return [str(one) for one in data] if isinstance(data, list) else str(data or "")


def _attributes(spec: FieldSpec) -> dict[str, Any]:
    attributes: dict[str, Any] = {"autocomplete": "off", **spec.kind.attributes}
    if spec.required:
        attributes["required"] = True
    return attributes
