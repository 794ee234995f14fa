"""Reading Cliniko's JSON: typed members out of objects, with errors that name the path and never the value.

Unknown members are ignored. Text that is not set comes as ``""``, as null or not at all, depending on the member and on
the age of the record; all three read as ``""``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import NoReturn
from urllib.parse import unquote, urlsplit

from .errors import ClinikoUnreadable

_REFERENCE = re.compile(r"[A-Za-z0-9_-]*[0-9][A-Za-z0-9_-]*")


class JsonObject:
    """One JSON object at a path; every reader raises ClinikoUnreadable naming path and member when it is not as due."""

    __slots__ = ("_members", "path")

    def __init__(self, value: object, *, path: str) -> None:
        if not isinstance(value, dict):
            raise ClinikoUnreadable(f"{path} is not an object")
        self._members = value
        self.path = path

    def __repr__(self) -> str:
        return f"JsonObject({self.path})"

    def id(self) -> str:
        """The record's own id: ``id``, or the end of ``links.self`` where that is all there is."""
        found = _id_text(self._members.get("id")) or id_in_link(self.nested("links").optional_text("self"))
        return found or self._refuse("id", "is missing")

    def reference(self, name: str) -> str | None:
        """The id another record is referred to by, or None; the reference may be missing or null."""
        return id_in_link(self.link(name) or "")

    def link(self, name: str) -> str | None:
        """The address behind a reference to a record or collection, or None."""
        return self.nested(name).nested("links").optional_text("self") or None

    def references(self, name: str) -> tuple[str, ...]:
        """The ids of a list of references; one bare reference, null and absence are read too."""
        value = self._members.get(name)
        if isinstance(value, dict):
            value = [value]
        objects = self._nested_list(name, value)
        return tuple(found for one in objects if (found := id_in_link(one.nested("links").optional_text("self"))))

    def ids(self, name: str) -> tuple[str, ...]:
        """A plain list of ids, given as strings or numbers; null and absence are empty."""
        value = self._members.get(name)
        if value is None:
            return ()
        if not isinstance(value, list):
            return self._refuse(name, "is not a list")
        return tuple(_id_text(one) or self._refuse(name, "holds something that is no id") for one in value)

    def text(self, name: str) -> str:
        """Text that must be there."""
        value = self._members.get(name)
        return value if isinstance(value, str) else self._refuse(name, "is missing")

    def optional_text(self, name: str) -> str:
        """Text, or ``""`` when it is not set."""
        value = self._members.get(name)
        if value is None:
            return ""
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        return value if isinstance(value, str) else self._refuse(name, "is not text")

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts; null and absence are empty."""
        value = self._members.get(name)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            return self._refuse(name, "is not a list of texts")
        return tuple(value)

    def integer(self, name: str) -> int:
        """A whole number that must be there."""
        found = self.optional_integer(name)
        return found if found is not None else self._refuse(name, "is missing")

    def optional_integer(self, name: str) -> int | None:
        """A whole number, or None."""
        value = self._members.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, bool) or not isinstance(value, int | str):
            return self._refuse(name, "is not a whole number")
        try:
            return int(value)
        except ValueError:
            return self._refuse(name, "is not a whole number")

    def flag(self, name: str) -> bool | None:
        """True, False, or None when it is not set; some of Cliniko's flags have all three states."""
        value = self._members.get(name)
        if value is None or isinstance(value, bool):
            return value
        return self._refuse(name, "is neither true nor false")

    def is_true(self, name: str) -> bool:
        """Whether a flag is set to true."""
        return self.flag(name) is True

    def instant(self, name: str) -> datetime:
        """A date-time that must be there, as aware UTC."""
        found = self.optional_instant(name)
        return found if found is not None else self._refuse(name, "is missing")

    def optional_instant(self, name: str) -> datetime | None:
        """A date-time as aware UTC, or None. Cliniko's times are UTC, so one without an offset is read as UTC."""
        value = self.optional_text(name)
        if not value:
            return None
        try:
            found = datetime.fromisoformat(value)
            return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
        except (ValueError, OverflowError):
            return self._refuse(name, "is not a date-time")

    def day(self, name: str) -> date:
        """A date that must be there."""
        found = self.optional_day(name)
        return found if found is not None else self._refuse(name, "is missing")

    def optional_day(self, name: str) -> date | None:
        """A date, or None."""
        value = self.optional_text(name)
        try:
            return date.fromisoformat(value) if value else None
        except ValueError:
            return self._refuse(name, "is not a date")

    def optional_decimal(self, name: str) -> Decimal | None:
        """An amount, which Cliniko gives as a decimal string, or None."""
        value = self._members.get(name)
        if value is None or value == "":
            return None
        try:
            found = Decimal(str(value))
        except InvalidOperation:
            return self._refuse(name, "is not an amount")
        return found if found.is_finite() else self._refuse(name, "is not an amount")

    def nested(self, name: str) -> JsonObject:
        """A nested object; null and absence are an empty one."""
        value = self._members.get(name)
        return JsonObject({} if value is None else value, path=f"{self.path}.{name}")

    def nested_list(self, name: str) -> tuple[JsonObject, ...]:
        """A list of nested objects; null and absence are empty."""
        return self._nested_list(name, self._members.get(name))

    def required_list(self, name: str) -> tuple[JsonObject, ...]:
        """A list of nested objects that must be there."""
        return self.nested_list(name) if isinstance(self._members.get(name), list) else self._refuse(name, "is missing")

    def optional_mapping(self, name: str) -> dict[str, object] | None:
        """A nested object as it came, or None: for trees whose shape the caller knows."""
        value = self._members.get(name)
        if value is None or isinstance(value, dict):
            return value
        return self._refuse(name, "is not an object")

    def holds(self, name: str) -> bool:
        """Whether a member is there and not null."""
        return self._members.get(name) is not None

    def items(self) -> Iterator[tuple[str, str]]:
        """Names and values of an object of plain texts, such as presigned form fields, in their order."""
        for name, value in self._members.items():
            if isinstance(value, bool) or not isinstance(value, str | int):
                self._refuse(name, "is not text")
            yield name, str(value)

    def _nested_list(self, name: str, value: object) -> tuple[JsonObject, ...]:
        if value is None:
            return ()
        if not isinstance(value, list):
            return self._refuse(name, "is not a list")
        return tuple(JsonObject(one, path=f"{self.path}.{name}[{index}]") for index, one in enumerate(value))

    def _refuse(self, name: str, what: str) -> NoReturn:
        raise ClinikoUnreadable(f"{self.path}.{name} {what}") from None  # the context would show the value


def id_in_link(link: str) -> str | None:
    """The id at the end of a link's path, its query left out; None when the link leads to a collection instead."""
    try:
        segment = unquote(urlsplit(link).path.rstrip("/").rpartition("/")[2])
    except ValueError:
        return None
    return segment if _REFERENCE.fullmatch(segment) else None


def _id_text(value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    return str(value) or None
