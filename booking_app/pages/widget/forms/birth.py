"""The date of birth: three boxes in one group, or one box; read in whichever way it is typed."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from wtforms import Field
from wtforms.utils import unset_value
from wtforms.validators import StopValidation

from booking_app.core.dates import PARTS, DateUnreadable, read_date, read_day_month_year

WANTED = "Enter a date of birth, for example 31 3 1980"
LABELS = {"day": "Day", "month": "Month", "year": "Year"}
LENGTHS = {"day": 30, "month": 12, "year": 12}  # a whole date may be typed or pasted into the first box


class BirthDateField(Field):
    """Reads `date_of_birth`, in ISO form or as typed, or else the boxes `date_of_birth_day`, `_month` and `_year`."""

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.data: date | None = None
        self.wrong_parts: Sequence[str] = ()

    @property
    def boxes(self) -> list[dict[str, Any]]:
        """What the page needs to show the three boxes."""
        return [
            {
                "part": part,
                "name": box_name(self.name, part),
                "label": LABELS[part],
                "value": self.typed[part],
                "longest": LENGTHS[part],
                "is_wrong": bool(self.errors) and part in (self.wrong_parts or PARTS),
            }
            for part in PARTS
        ]

    @property
    def iso(self) -> str:
        """The date for a control that knows only ISO dates; empty when there is none."""
        return self.data.isoformat() if self.data else ""

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        self.process_errors: list[str] = []
        self.data, self.wrong_parts, self._sentence = None, (), ""
        self.whole = _first(formdata, self.name)
        self.typed = {part: _first(formdata, box_name(self.name, part)) for part in PARTS}
        self.raw_data = [text for text in (self.whole, *self.typed.values()) if text.strip()]
        if not self.raw_data:
            return
        try:
            self.data = self._read()
            self.typed = _parts_of(self.data)
        except DateUnreadable as error:
            self.wrong_parts, self._sentence = error.parts, str(error)
            if self.whole.strip():
                self.typed = {"day": self.whole, "month": "", "year": ""}

    def pre_validate(self, form: Any) -> None:
        if not self.raw_data:
            raise StopValidation(WANTED)
        if self.data is None:
            raise StopValidation(self._sentence or WANTED)

    def _read(self) -> date:
        if self.whole.strip():
            return read_date(self.whole)
        filled = [text for text in self.typed.values() if text.strip()]
        return read_date(filled[0]) if len(filled) == 1 else read_day_month_year(**self.typed)


def box_name(name: str, part: str) -> str:
    return f"{name}_{part}"


def _first(formdata: Any, name: str) -> str:
    return str(formdata.get(name) or "") if formdata else ""


def _parts_of(day: date) -> dict[str, str]:
    return {"day": str(day.day), "month": str(day.month), "year": str(day.year)}
