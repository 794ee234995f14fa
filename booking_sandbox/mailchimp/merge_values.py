"""Which values the fields of an audience take."""

from __future__ import annotations

import re
from typing import Any

from booking_sandbox.mailchimp.audience import Audience, MergeField
from booking_sandbox.mailchimp.errors import FieldErrors

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}|\d{2}/\d{2}/\d{4}")
_BIRTHDAY = re.compile(r"(0[1-9]|1[0-2])/(0[1-9]|[12]\d|3[01])")
_US_PHONE = re.compile(r"\(?\d{3}\)?[ -]?\d{3}-\d{4}")
_ADDRESS = ("addr1", "city", "state", "zip")


def problems(audience: Audience, values: dict[str, Any]) -> FieldErrors:
    """What is wrong with the values of known fields. Unknown fields are no problem: they are dropped in silence."""
    found = [(tag, _problem(audience.fields[tag], value)) for tag, value in values.items() if tag in audience.fields]
    return [{"field": tag, "message": message} for tag, message in found if message]


def missing(audience: Audience, values: dict[str, Any]) -> FieldErrors:
    """The required fields that have no value."""
    return [
        {"field": tag, "message": "Please enter a value"}
        for tag, definition in audience.fields.items()
        if definition["required"] and values.get(tag) in (None, "")
    ]


def _problem(definition: MergeField, value: Any) -> str | None:
    kind, options = definition["type"], definition["options"]
    if value == "":
        return None
    if kind == "address":
        is_whole = isinstance(value, dict) and all(value.get(part) for part in _ADDRESS)
        return None if is_whole else "Please enter a complete address"
    if not isinstance(value, str | int | float):
        return "This value should be a string"
    text = str(value)
    if kind == "date" and not _DATE.fullmatch(text):
        return "Please enter the date"
    if kind == "birthday" and not _BIRTHDAY.fullmatch(text):
        return "Please enter a month (01-12) and a day (01-31)"
    if kind == "phone" and options.get("phone_format") == "US" and not _US_PHONE.fullmatch(text):
        return "Please enter a valid phone number"
    if kind in ("radio", "dropdown") and text not in options.get("choices", []):
        return f"Value must be one of: {', '.join(options.get('choices', []))}"
    return None
