"""Free text: one line, or several."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from booking_app.core.plain_text import clean_paragraphs
from booking_app.intake.field_kinds.base import FieldKind, one_line, within
from booking_app.intake.form_text import written
from booking_app.pms.records import FormQuestion

if TYPE_CHECKING:
    from booking_app.intake.fields import FieldSpec

LONGEST_TEXT = 255
LONGEST_LONG_TEXT = 10_000


class OneLine(FieldKind):
    name = "text"
    title = "One line"
    attributes: ClassVar[Mapping[str, Any]] = {"maxlength": LONGEST_TEXT}
    template_kinds = ("text",)

    def read(self, field: "FieldSpec", posted: Sequence[str], region: str) -> str | None:
        return within(field, one_line(posted), LONGEST_TEXT) or None


class SeveralLines(FieldKind):
    name = "long_text"
    title = "Several lines"
    control = "lines"
    attributes: ClassVar[Mapping[str, Any]] = {"rows": 4}
    template_kinds = ("paragraph",)

    def read(self, field: "FieldSpec", posted: Sequence[str], region: str) -> str | None:
        return within(field, clean_paragraphs("\n".join(posted)), LONGEST_LONG_TEXT) or None

    def form_question(self, label: str, value: str, options: tuple[str, ...]) -> FormQuestion:
        return written(label, value, is_long=True)
