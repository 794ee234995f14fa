"""How one answer of each type is read from what a form posted: a typed value, or a sentence about what is wrong."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from booking_app.core.contact_details import ContactUnreadable, example_phone, read_email, read_phone
from booking_app.core.dates import DateUnreadable, read_date
from booking_app.intake.fields import FieldSpec
from booking_app.intake.plain_text import clean_line, clean_paragraphs

Value = str | bool | Decimal | date | tuple[str, ...]

LONGEST_TEXT = 255
LONGEST_LONG_TEXT = 10_000
LONGEST_EMAIL = 254
# What is longer than this is not read at all.
LONGEST_RAW = 100_000
NUMBER = re.compile(r"[+-]?(?:\d{1,15}|\d{1,3}(?:,\d{3}){1,4})(?:\.\d{1,10})?")


class Unreadable(ValueError):
    """The message is a sentence for the patient, naming the field by its label."""


def read_value(field: FieldSpec, posted: Sequence[str], region: str) -> Value | None:
    """The typed answer, or None when nothing was answered. Raises Unreadable."""
    if sum(len(part) for part in posted) > LONGEST_RAW:
        raise Unreadable(f"{name_of(field)} is too long. Shorten it.")
    if field.type == "checkboxes":
        return _checkboxes(field, [clean_line(part) for part in posted])
    if field.type == "long_text":
        return _long_text(field, clean_paragraphs("\n".join(posted)))
    text = clean_line(" ".join(posted))
    return READERS[field.type](field, text, region) if text else None


def name_of(field: FieldSpec) -> str:
    """The label as it can stand inside a sentence."""
    return field.label.rstrip(" ?:.*")


def missing(field: FieldSpec, region: str) -> str:
    """The sentence for a required field without an answer."""
    return {
        "email": f"Enter an email address for {name_of(field)}, for example name@example.com",
        "phone": _phone_wanted(field, region),
        "number": f"Enter a number for {name_of(field)}, for example 12 or 12.5",
        "date": _date_wanted(field),
        "select": f"Choose an answer for {name_of(field)}",
        "radio": f"Choose an answer for {name_of(field)}",
        "checkboxes": f"Choose at least one answer for {name_of(field)}",
        "yes_no": f"Answer yes or no for {name_of(field)}",
    }.get(field.type, f"Enter an answer for {name_of(field)}")


def _text(field: FieldSpec, text: str, _region: str) -> str:
    return _within(field, text, LONGEST_TEXT)


def _long_text(field: FieldSpec, text: str) -> str | None:
    return _within(field, text, LONGEST_LONG_TEXT) or None


def _within(field: FieldSpec, text: str, longest: int) -> str:
    if len(text) > longest:
        raise Unreadable(f"Shorten {name_of(field)} to {longest:,} characters or fewer; it has {len(text):,}")
    return text


def _email(field: FieldSpec, text: str, region: str) -> str:
    try:
        address = read_email(text)
    except ContactUnreadable as error:
        raise Unreadable(missing(field, region)) from error
    return _within(field, address, LONGEST_EMAIL)


def _phone(field: FieldSpec, text: str, region: str) -> str:
    try:
        return read_phone(text, region)
    except ContactUnreadable as error:
        raise Unreadable(_phone_wanted(field, region)) from error


def _phone_wanted(field: FieldSpec, region: str) -> str:
    return f"Enter a phone number for {name_of(field)}, for example {example_phone(region)}"


def _number(field: FieldSpec, text: str, region: str) -> Decimal:
    compact = text.replace(" ", "")
    if not NUMBER.fullmatch(compact):
        raise Unreadable(missing(field, region))
    return Decimal(compact.replace(",", ""))


def _date(field: FieldSpec, text: str, _region: str) -> date:
    try:
        return read_date(text)
    except DateUnreadable as error:
        raise Unreadable(f"{name_of(field)}: {error}") from error


def _date_wanted(field: FieldSpec) -> str:
    return f"Enter a date for {name_of(field)}, for example 24 11 2026"


def _choice(field: FieldSpec, text: str, _region: str) -> str:
    if text not in field.options:
        raise Unreadable(f"Choose one of the answers offered for {name_of(field)}")
    return text


def _yes_no(field: FieldSpec, text: str, region: str) -> bool:
    if text.lower() not in ("yes", "no"):
        raise Unreadable(missing(field, region))
    return text.lower() == "yes"


def _checkboxes(field: FieldSpec, chosen: Sequence[str]) -> tuple[str, ...] | None:
    wanted = {option for option in chosen if option}
    if not wanted <= set(field.options):
        raise Unreadable(f"Choose from the answers offered for {name_of(field)}")
    return tuple(option for option in field.options if option in wanted) or None


READERS: dict[str, Callable[[FieldSpec, str, str], Value]] = {
    "text": _text,
    "email": _email,
    "phone": _phone,
    "number": _number,
    "date": _date,
    "select": _choice,
    "radio": _choice,
    "yes_no": _yes_no,
}
