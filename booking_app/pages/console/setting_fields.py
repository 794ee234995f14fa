"""Fields and the parent of forms whose values are checked by the rules of the clinic's file."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from wtforms import BooleanField, Field, SelectField, StringField, TextAreaField

from booking_app.clinics.key_kinds import Choice, Flag, Kind, Text, Whole
from booking_app.clinics.keys import KeyWords, keys_of, kind_of, words_of
from booking_app.pages.console.saving import SavingForm


class WholeField(StringField):
    """A whole number; what is none stays as it was typed, for the rules to refuse in words."""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        text = str(valuelist[0]).strip() if valuelist else ""
        is_whole = text.isascii() and text.removeprefix("-").isdigit()
        self.data = int(text) if is_whole else text  # type: ignore[assignment]

    def _value(self) -> str:
        return "" if self.data is None else str(self.data)


class LinesField(TextAreaField):
    """A list, one item a line."""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        lines = str(valuelist[0]).splitlines() if valuelist else []
        self.data = [line.strip() for line in lines if line.strip()]  # type: ignore[assignment]

    def _value(self) -> str:
        return "\n".join(self.data or ())


class SettingsForm(SavingForm):
    """Fields are named as the keys they set. `groups` says under which headings they stand."""

    groups: ClassVar[tuple[tuple[str, tuple[str, ...]], ...]] = ()

    def raw(self) -> dict[str, Any]:
        """What was typed, by key."""
        names = [name for _, keys in self.groups for name in keys]
        return {name: self[name].data for name in names}

    def blame(self, problems: Mapping[str, str]) -> None:
        """Put each sentence beside its field, the field's label first; what has no field stands beside the first."""
        fallback = self.groups[0][1][0]
        for key, sentence in problems.items():
            field = self[key if key in self else fallback]
            field.errors = [*field.errors, f"“{field.label.text}” {sentence}"]


def form_of(record: type[Any]) -> type[SettingsForm]:
    """The form of a table whose keys are declared with their words."""
    groups: dict[str, tuple[str, ...]] = {}
    for name, each in keys_of(record).items():
        group = words_of(each).group
        groups[group] = (*groups.get(group, ()), name)
    fields = {name: _field(kind_of(each), words_of(each)) for name, each in keys_of(record).items()}
    return type(f"{record.__name__}Form", (SettingsForm,), {"groups": tuple(groups.items()), **fields})


def _field(kind: Kind, words: KeyWords) -> Field:
    match kind:
        case Flag():
            return BooleanField(words.label, description=words.hint)
        case Whole():
            return whole(words.label, words.hint)
        case Choice(options=Mapping() as labels):
            return SelectField(words.label, choices=labels, validate_choice=False, description=words.hint)
        case Text(is_long=True):
            return long_text(words.label, words.hint)
        case _:
            return StringField(words.label, description=words.hint)


def long_text(label: str, hint: str = "", rows: int = 3) -> TextAreaField:
    """A paragraph to write."""
    return TextAreaField(label, description=hint, render_kw={"rows": rows})


def whole(label: str, hint: str = "") -> WholeField:
    return WholeField(label, description=hint, render_kw={"inputmode": "numeric", "autocomplete": "off"})
