"""Form fields over keys of the clinic's file: a screen takes what the file takes, and says why it takes no more."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from wtforms import Field, Form, SelectMultipleField
from wtforms.form import BaseForm
from wtforms.validators import StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from booking_app.clinics.key_kinds import Refused
from booking_app.clinics.keys import is_required, keys_of, kind_of


class Key:
    """A validator: the field holds this key of a table of the clinic's file. What is left empty is absent there."""

    def __init__(self, record: type[Any], name: str) -> None:
        self._key = keys_of(record)[name]
        # The form library shows the field as required.
        self.field_flags = {"required": True} if is_required(self._key) else {}

    def __call__(self, form: Form, field: Field) -> None:
        # What could not even be read as a number is refused in the file's words too.
        value = field.raw_data[0] if field.process_errors and field.raw_data else field.data
        field.errors = []
        if value in (None, "", []):
            raise StopValidation(f"Enter the {_named(field)}." if is_required(self._key) else "")
        try:
            field.data = kind_of(self._key).read(value)
        except Refused as refused:
            raise StopValidation(f"{field.label.text} {refused}.") from refused


class MadeKey(Key):
    """A key that is made of the words of another field where none is typed."""

    def __init__(self, record: type[Any], name: str) -> None:
        super().__init__(record, name)
        self.field_flags = {}

    def __call__(self, form: Form, field: Field) -> None:
        if not field.data:
            field.errors = []
            raise StopValidation
        super().__call__(form, field)


class ServicesField(SelectMultipleField):
    """Boxes to tick, one a service; none ticked means every service."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def pre_validate(self, form: BaseForm) -> None:
        """A service that Cliniko has no more stays as it was until somebody takes it away."""

    def chosen(self) -> tuple[str, ...] | None:
        """The ids, or None for every service."""
        return tuple(str(one) for one in self.data) or None if self.data else None


def with_missing(choices: Mapping[str, str], chosen: Sequence[str] | None) -> dict[str, str]:
    """The services to choose from by id, and those chosen that Cliniko has no more."""
    missing = {one: f"{one} (not in Cliniko any more)" for one in chosen or () if one not in choices}
    return {**choices, **missing}


def text_or_none(value: str | None) -> str | None:
    return value or None


def cleaned(*filters: Callable[[Any], Any]) -> list[Callable[[Any], Any]]:
    """Filters for a text field: blanks around it are no part of it."""
    return [lambda value: value.strip() if isinstance(value, str) else value, *filters]


def _named(field: Field) -> str:
    text = str(field.label.text)
    return text[:1].lower() + text[1:]
