"""Filters for lists: Cliniko's ``q[]=field:operatorvalue`` built from typed fields.

Each kind of field has its own operators (Cliniko's guide on filtering results); a filter without an operator is refused
with 400. Filters are joined by "and"; there is no "or".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from .writing import instant_text


@dataclass(frozen=True)
class Filter:
    """One condition, as Cliniko reads it. It may hold a name or e-mail, so its text is kept out of repr."""

    field: str
    condition: str

    def __repr__(self) -> str:
        return f"Filter({self.field})"

    @property
    def expression(self) -> str:
        """The value of one ``q[]`` parameter, not yet percent-encoded."""
        return f"{self.field}:{self.condition}"


@dataclass(frozen=True)
class _Field:
    name: str

    def is_set(self) -> Filter:
        """The field has a value."""
        return Filter(self.name, "?")

    def is_missing(self) -> Filter:
        """The field has no value."""
        return Filter(self.name, "!?")


@dataclass(frozen=True)
class TextField(_Field):
    """A field of text."""

    def equals(self, text: str) -> Filter:
        """The field is exactly this text; whether case counts is not documented."""
        return Filter(self.name, f"={text}")

    def contains(self, text: str) -> Filter:
        """The field holds this text somewhere."""
        return Filter(self.name, f"~{text}")


@dataclass(frozen=True)
class IdField(_Field):
    """A field that holds an id."""

    def equals(self, value: str) -> Filter:
        """The field is this id."""
        return Filter(self.name, f"={value}")

    def one_of(self, values: Iterable[str]) -> Filter:
        """The field is one of these ids."""
        return Filter(self.name, "=" + ",".join(values))


@dataclass(frozen=True)
class IdsField(_Field):
    """A field that holds a list of ids."""

    def contains(self, value: str) -> Filter:
        """The list holds this id."""
        return Filter(self.name, f"~{value}")


@dataclass(frozen=True)
class FlagField(_Field):
    """A field that is true or false."""

    def equals(self, value: bool) -> Filter:
        """The field has this value."""
        return Filter(self.name, "=true" if value else "=false")


@dataclass(frozen=True)
class DayField(_Field):
    """A field that holds a date."""

    def equals(self, day: date) -> Filter:
        """The field is this date."""
        return Filter(self.name, f"={day.isoformat()}")

    def at_or_after(self, day: date) -> Filter:
        """The field is this date or later."""
        return Filter(self.name, f">={day.isoformat()}")

    def at_or_before(self, day: date) -> Filter:
        """The field is this date or earlier."""
        return Filter(self.name, f"<={day.isoformat()}")


@dataclass(frozen=True)
class InstantField(_Field):
    """A field that holds a date-time. There is no "equals" for these; use both bounds. Raises ValueError if naive."""

    def at_or_after(self, at: datetime) -> Filter:
        """The field is this instant or later."""
        return Filter(self.name, f">={instant_text(at)}")

    def after(self, at: datetime) -> Filter:
        """The field is later than this instant."""
        return Filter(self.name, f">{instant_text(at)}")

    def at_or_before(self, at: datetime) -> Filter:
        """The field is this instant or earlier."""
        return Filter(self.name, f"<={instant_text(at)}")

    def before(self, at: datetime) -> Filter:
        """The field is earlier than this instant."""
        return Filter(self.name, f"<{instant_text(at)}")

    def any(self) -> Filter:
        """Set or not: lifts the rule that hides archived (``archived_at``) or cancelled (``cancelled_at``) records."""
        return Filter(self.name, "*")


ARCHIVED_AT = InstantField("archived_at")
CANCELLED_AT = InstantField("cancelled_at")
CREATED_AT = InstantField("created_at")
DELETED_AT = InstantField("deleted_at")
UPDATED_AT = InstantField("updated_at")
ID = IdField("id")


def query_of(where: Iterable[Filter]) -> list[tuple[str, str]]:
    """The query parameters of some filters."""
    return [("q[]", one.expression) for one in where]
