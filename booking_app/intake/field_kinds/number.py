"""A number, with a decimal point where one is needed."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from booking_app.intake.field_kinds.base import FieldKind, Unreadable, one_line

if TYPE_CHECKING:
    from booking_app.intake.fields import FieldSpec

NUMBER = re.compile(r"[+-]?(?:\d{1,15}|\d{1,3}(?:,\d{3}){1,4})(?:\.\d{1,10})?")


class Number(FieldKind):
    name = "number"
    title = "Number"
    attributes: ClassVar[Mapping[str, Any]] = {"maxlength": 40, "inputmode": "decimal"}

    def read(self, field: "FieldSpec", posted: Sequence[str], region: str) -> Decimal | None:
        compact = one_line(posted).replace(" ", "")
        if not compact:
            return None
        if not NUMBER.fullmatch(compact):
            raise Unreadable(self.missing(field, region))
        return Decimal(compact.replace(",", ""))

    def missing(self, field: "FieldSpec", region: str) -> str:
        return f"Enter a number for {field.quoted}, for example 12 or 12.5"

    def raw(self, value: Decimal) -> str:
        return f"{value:f}"

    def from_raw(self, raw: str) -> Decimal:
        return Decimal(raw)

    def text(self, value: Decimal) -> str:
        return f"{value:f}"
