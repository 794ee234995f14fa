"""An e-mail address."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from booking_app.core.contact_details import ContactUnreadable, read_email
from booking_app.intake.field_kinds.base import FieldKind, Unreadable, one_line, within

if TYPE_CHECKING:
    from booking_app.intake.fields import FieldSpec

LONGEST_EMAIL = 254


class Email(FieldKind):
    name = "email"
    title = "Email address"
    input_type = "email"
    attributes: ClassVar[Mapping[str, Any]] = {"maxlength": LONGEST_EMAIL}

    def read(self, field: "FieldSpec", posted: Sequence[str], region: str) -> str | None:
        text = one_line(posted)
        if not text:
            return None
        try:
            address = read_email(text)
        except ContactUnreadable as error:
            raise Unreadable(self.missing(field, region)) from error
        return within(field, address, LONGEST_EMAIL)

    def missing(self, field: "FieldSpec", region: str) -> str:
        return f"Enter an email address for {field.quoted}, for example name@example.com"
