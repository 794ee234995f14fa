"""Closed lists: one of several, several of several, yes or no."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from booking_app.core.plain_text import clean_line
from booking_app.intake.field_kinds.base import FieldKind, Unreadable, one_line
from booking_app.pms.records import FormQuestion

if TYPE_CHECKING:
    from booking_app.intake.fields import FieldSpec

YES_NO = {"yes": "Yes", "no": "No"}


class OneOfSeveral(FieldKind):
    """The parent of the kinds that take one of the clinic's choices."""

    takes_options = True
    custom_fields = ("radio", "checkboxes", "text", "paragraph")

    def read(self, field: "FieldSpec", posted: Sequence[str], region: str) -> str | None:
        text = one_line(posted)
        if text and text not in field.options:
            raise Unreadable(f"Choose one of the answers offered for {field.name_in_sentence}")
        return text or None

    def missing(self, field: "FieldSpec", region: str) -> str:
        return f"Choose an answer for {field.quoted}"

    def choices(self, options: tuple[str, ...]) -> dict[str, str]:
        return {option: option for option in options}

    def custom_value(self, value: str) -> list[str]:
        return [value]

    def form_question(self, label: str, value: str, options: tuple[str, ...]) -> FormQuestion:
        return FormQuestion(name=label, kind="radio", options=tuple((option, option == value) for option in options))


class FromList(OneOfSeveral):
    name = "select"
    title = "Choice from a list"
    control = "list"


class AllShown(OneOfSeveral):
    name = "radio"
    title = "Choice, all shown"
    control = "radio"
    template_kinds = ("radio",)


class Several(FieldKind):
    name = "checkboxes"
    title = "Several to tick"
    control = "checkboxes"
    takes_options = True
    custom_fields = ("checkboxes", "text", "paragraph")
    template_kinds = ("checkboxes",)

    def read(self, field: "FieldSpec", posted: Sequence[str], region: str) -> tuple[str, ...] | None:
        wanted = {cleaned for cleaned in map(clean_line, posted) if cleaned}
        if not wanted <= set(field.options):
            raise Unreadable(f"Choose from the answers offered for {field.name_in_sentence}")
        return tuple(option for option in field.options if option in wanted) or None

    def missing(self, field: "FieldSpec", region: str) -> str:
        return f"Choose at least one answer for {field.quoted}"

    def choices(self, options: tuple[str, ...]) -> dict[str, str]:
        return {option: option for option in options}

    def raw(self, value: tuple[str, ...]) -> list[str]:
        return list(value)

    def from_raw(self, raw: Sequence[str]) -> tuple[str, ...]:
        return tuple(raw)

    def text(self, value: tuple[str, ...]) -> str:
        return ", ".join(value)

    def custom_value(self, value: tuple[str, ...]) -> list[str]:
        return list(value)

    def form_question(self, label: str, value: tuple[str, ...], options: tuple[str, ...]) -> FormQuestion:
        marked = tuple((option, option in value) for option in options)
        return FormQuestion(name=label, kind="checkboxes", options=marked)


class YesNo(FieldKind):
    name = "yes_no"
    title = "Yes or no"
    control = "radio"

    def read(self, field: "FieldSpec", posted: Sequence[str], region: str) -> bool | None:
        text = one_line(posted).lower()
        if text and text not in YES_NO:
            raise Unreadable(self.missing(field, region))
        return text == "yes" if text else None

    def missing(self, field: "FieldSpec", region: str) -> str:
        return f"Answer yes or no: {field.quoted}"

    def choices(self, options: tuple[str, ...]) -> dict[str, str]:
        return YES_NO

    def raw(self, value: bool) -> str:
        return "yes" if value else "no"

    def from_raw(self, raw: str) -> bool:
        return raw == "yes"

    def text(self, value: bool) -> str:
        return YES_NO[self.raw(value)]

    def form_question(self, label: str, value: bool, options: tuple[str, ...]) -> FormQuestion:
        return FormQuestion(name=label, kind="radio", options=(("Yes", value), ("No", not value)))
