"""What a patient answered: checked once against the clinic's questions, then carried with the words it was asked in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from booking_app.intake.conditions import shown_fields
from booking_app.intake.field_kinds import FieldKind, Unreadable, kind_named, read_value
from booking_app.intake.fields import FieldSpec
from booking_app.intake.mapping import check_attribute, custom_token, patient_attribute

Posted = Mapping[str, str | Sequence[str]]


class AnswersInvalid(ValueError):
    """`errors`: field key -> sentence for the patient. Holds no answer."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(f"answers refused: {', '.join(errors)}")
        self.errors = dict(errors)


@dataclass(frozen=True)
class Answer:
    """One answer with the question as it was asked, so that a later change of the design changes nothing here."""

    key: str
    label: str
    type: str
    value: Any
    options: tuple[str, ...] = ()
    maps_to: str = "form"

    @property
    def kind(self) -> FieldKind:
        return kind_named(self.type)

    @property
    def text(self) -> str:
        """The answer as a person would write it."""
        return self.kind.text(self.value)

    @property
    def raw(self) -> str | list[str]:
        """The answer as a form posts it."""
        return self.kind.raw(self.value)

    def to_json(self) -> dict[str, Any]:
        return {
            "label": self.label,
            "type": self.type,
            "value": self.raw,
            "options": list(self.options),
            "maps_to": self.maps_to,
        }

    @classmethod
    def from_json(cls, key: str, data: Mapping[str, Any]) -> "Answer":
        return cls(
            key=key,
            label=data["label"],
            type=data["type"],
            value=kind_named(data["type"]).from_raw(data["value"]),
            options=tuple(data["options"]),
            maps_to=data["maps_to"],
        )


@dataclass(frozen=True)
class Answers:
    """The answers of one booking, in the order asked; questions left empty or hidden are not among them."""

    answers: tuple[Answer, ...] = ()

    def raw(self) -> dict[str, str | list[str]]:
        """Field key -> what a form posts, to fill the form again."""
        return {answer.key: answer.raw for answer in self.answers}

    def shown(self, fields: Sequence[FieldSpec]) -> list[FieldSpec]:
        """The questions that apply, given these answers."""
        given = {answer.key: answer.kind.given(answer.value) for answer in self.answers}
        return shown_fields(fields, lambda field: given.get(field.key, frozenset()))

    def to_json(self) -> dict[str, Any]:
        """Field key -> the whole answer. `from_json` gives the same answers again."""
        return {answer.key: answer.to_json() for answer in self.answers}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Answers":
        return cls(tuple(Answer.from_json(key, answer) for key, answer in data.items()))

    def patient_attributes(self) -> dict[str, str]:
        """Cliniko patient attribute -> text, for the answers mapped to one."""
        mapped = ((patient_attribute(answer.maps_to), answer) for answer in self.answers)
        return {name: _attribute_text(name, answer) for name, answer in mapped if name is not None}

    def custom_answers(self) -> dict[str, str | list[str]]:
        """Custom field token -> text, ISO date, or the labels chosen."""
        mapped = ((custom_token(answer.maps_to), answer) for answer in self.answers)
        return {token: answer.kind.custom_value(answer.value) for token, answer in mapped if token is not None}


def check_answers(fields: Sequence[FieldSpec], raw: Posted, *, region: str = "AU") -> Answers:
    """Typed answers to the questions that apply; anything else that was posted is dropped.

    `region` is the country (ISO 3166) that phone numbers without a prefix belong to.
    Raises AnswersInvalid with one sentence for each field that must be fixed.
    """
    values, unreadable = _read_all(fields, raw, region)
    shown = shown_fields(fields, lambda field: _given(field, values))
    errors: dict[str, str] = {}
    for field in shown:
        problem = unreadable.get(field.key) or _problem(field, values.get(field.key), region)
        if problem:
            errors[field.key] = problem
    if errors:
        raise AnswersInvalid(errors)
    return Answers(tuple(_answer(field, values[field.key]) for field in shown if field.key in values))


def _read_all(fields: Sequence[FieldSpec], raw: Posted, region: str) -> tuple[dict[str, Any], dict[str, str]]:
    values: dict[str, Any] = {}
    unreadable: dict[str, str] = {}
    for field in fields:
        posted = raw.get(field.key, ())
        try:
            value = read_value(field, [posted] if isinstance(posted, str) else list(posted), region)
        except Unreadable as error:
            unreadable[field.key] = str(error)
            continue
        if value is not None:
            values[field.key] = value
    return values, unreadable


def _problem(field: FieldSpec, value: Any, region: str) -> str | None:
    if value is None:
        return field.kind.missing(field, region) if field.required else None
    return check_attribute(field.maps_to, field.name_in_sentence, _answer(field, value).text)


def _given(field: FieldSpec, values: Mapping[str, Any]) -> frozenset[str]:
    return field.kind.given(values[field.key]) if field.key in values else frozenset()


def _answer(field: FieldSpec, value: Any) -> Answer:
    return Answer(field.key, field.label, field.type, value, field.options, field.maps_to)


def _attribute_text(name: str, answer: Answer) -> str:
    return answer.text.upper() if name == "dva_card_number" else answer.text
