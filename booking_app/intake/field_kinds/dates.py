"""A date, day before month."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from booking_app.core.dates import DateUnreadable, plain_day, read_date
from booking_app.intake.field_kinds.base import FieldKind, Unreadable, one_line
from booking_app.pms.records import FormQuestion

if TYPE_CHECKING:
    from booking_app.intake.fields import FieldSpec


class Date(FieldKind):
    name = "date"
    title = "Date"
    input_type = "date"
    custom_fields = ("date", "text", "paragraph")
    template_kinds = ("date",)

    def read(self, field: "FieldSpec", posted: Sequence[str], region: str) -> date | None:
        text = one_line(posted)
        if not text:
            return None
        try:
            return read_date(text)
        except DateUnreadable as error:
            raise Unreadable(f"{field.name_in_sentence}: {error}") from error

    def missing(self, field: "FieldSpec", region: str) -> str:
        return f"Enter a date for {field.quoted}, for example 24 11 2026"

    def raw(self, value: date) -> str:
        return value.isoformat()

    def from_raw(self, raw: str) -> date:
        return date.fromisoformat(raw)

    def text(self, value: date) -> str:
        return plain_day(value)

    def custom_value(self, value: date) -> str:
        return value.isoformat()

    def form_question(self, label: str, value: date, options: tuple[str, ...]) -> FormQuestion:
        return FormQuestion(name=label, kind="date", answer=value.isoformat())
