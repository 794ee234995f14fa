"""The one place where a clinic's own questions become form fields."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from wtforms import Field, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.widgets import DateInput, EmailInput, TelInput

from booking_app.intake.fields import FieldSpec

PREFIX = "answer_"
LONGEST = {"text": 255, "email": 254, "phone": 40, "number": 40}
LABELS = {"yes": "Yes", "no": "No"}


@dataclass(frozen=True)
class Condition:
    """When a question is asked: for the browser (`field`, `equals`) and in words for a page without scripts."""

    field: str
    equals: str
    in_words: str


def conditions_of(specs: Sequence[FieldSpec]) -> dict[str, Condition]:
    """Field name -> its condition, for the questions that have one."""
    labels = {spec.key: spec.label for spec in specs}
    return {
        field_name(spec.key): Condition(
            field=field_name(spec.show_if.field),
            equals=spec.show_if.equals,
            in_words=f"Answer only if “{labels.get(spec.show_if.field, '')}” is "
            f"“{LABELS.get(spec.show_if.equals, spec.show_if.equals)}”.",
        )
        for spec in specs
        if spec.show_if is not None
    }


def field_name(key: str) -> str:
    """The name under which the answer to a question is posted."""
    return f"{PREFIX}{key}"


def field_for(spec: FieldSpec) -> Any:
    """An unbound field for a question. It carries the words; whether the answer will do is intake's to say."""
    given: dict[str, Any] = {"label": spec.label, "description": spec.help, "render_kw": _attributes(spec)}
    if spec.type in ("radio", "yes_no"):
        return RadioField(choices=_choices(spec), validate_choice=False, **given)
    if spec.type == "checkboxes":
        return SelectMultipleField(choices=_choices(spec), validate_choice=False, **given)
    if spec.type == "select":
        return SelectField(choices={"": "Choose one", **_choices(spec)}, validate_choice=False, **given)
    if spec.type == "long_text":
        return TextAreaField(**given)
    widgets = {"email": EmailInput(), "phone": TelInput(), "date": DateInput()}
    return StringField(widget=widgets.get(spec.type), **given)


def posted(field: Field) -> str | list[str]:
    """What was posted for a question, as intake reads it."""
    data = field.data
    return [str(one) for one in data] if isinstance(data, list) else str(data or "")


def _choices(spec: FieldSpec) -> Any:
    """Value -> label, in order: the form library's short notation."""
    return {choice: LABELS.get(choice, choice) if spec.type == "yes_no" else choice for choice in spec.choices}


def _attributes(spec: FieldSpec) -> dict[str, Any]:
    attributes: dict[str, Any] = {"autocomplete": "off"}
    if spec.type in LONGEST:
        attributes["maxlength"] = LONGEST[spec.type]
    if spec.type == "number":
        attributes["inputmode"] = "decimal"
    if spec.type == "long_text":
        attributes["rows"] = 4
    if spec.required:
        attributes["required"] = True
    return attributes
