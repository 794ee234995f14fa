"""Phone numbers of people: checked, normalised, replaced or merged."""

from __future__ import annotations

from typing import Any

from booking_sandbox.cliniko.answers import BLANK, INVALID, NOT_INCLUDED
from booking_sandbox.cliniko.fields import Errors

TYPES = ("Mobile", "Home", "Work", "Fax", "Other")
_CALLING_CODES = {"AU": "61", "NZ": "64", "GB": "44"}


class PhoneListBroken(Exception):
    """The list is no JSON array of objects; Cliniko answers that with a 500."""


def read(value: Any, errors: Errors) -> list[dict[str, str]]:
    """The numbers sent; an error under ``patient_phone_numbers`` when one is incomplete."""
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        errors["patient_phone_numbers"] = INVALID
        return []
    numbers = []
    for item in value:
        kind, number = item.get("phone_type", "Mobile"), item.get("number")
        if not isinstance(number, str) or not number.strip():
            errors["patient_phone_numbers"] = BLANK
        elif kind not in TYPES:
            errors["patient_phone_numbers"] = NOT_INCLUDED
        elif len(number) > 255:
            errors["patient_phone_numbers"] = INVALID
        else:
            numbers.append({"phone_type": kind, "number": number})
    return numbers


def present(numbers: list[dict[str, str]], country_code: str) -> list[dict[str, str]]:
    """Numbers as Cliniko shows them, with the digits behind the country's code."""
    return [
        {
            "phone_type": item["phone_type"],
            "number": item["number"],
            "normalized_number": normalised(item["number"], country_code),
        }
        for item in numbers
    ]


def normalised(number: str, country_code: str) -> str:
    """Digits with the country's code in front."""
    digits = "".join(character for character in number if character.isdigit())
    if number.strip().startswith("+"):
        return digits
    if digits.startswith("0"):
        return _CALLING_CODES.get(country_code, "61") + digits[1:]
    return digits
