"""A telephone number, kept as E.164."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from booking_app.core.contact_details import ContactUnreadable, example_phone, phone_words, read_phone
from booking_app.intake.field_kinds.base import FieldKind, Unreadable, one_line

if TYPE_CHECKING:
    from booking_app.intake.fields import FieldSpec


class Phone(FieldKind):
    name = "phone"
    title = "Phone number"
    input_type = "tel"
    attributes: ClassVar[Mapping[str, Any]] = {"maxlength": 40}

    def read(self, field: "FieldSpec", posted: Sequence[str], region: str) -> str | None:
        text = one_line(posted)
        if not text:
            return None
        try:
            return read_phone(text, region)
        except ContactUnreadable as error:
            raise Unreadable(self.missing(field, region)) from error

    def missing(self, field: "FieldSpec", region: str) -> str:
        return f"Enter a phone number for {field.quoted}, for example {example_phone(region)}"

    def text(self, value: str) -> str:
        return phone_words(value)
