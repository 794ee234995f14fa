"""Checks of single members of a request body, with Rails' sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from booking_sandbox.cliniko.answers import BLANK, INVALID, NOT_A_NUMBER, NOT_INCLUDED

Errors = dict[str, str | None]


@dataclass(frozen=True)
class TextField:
    """A string member: how long it may be, what it must look like, whether it may be blank."""

    name: str
    longest: int | None = None
    pattern: re.Pattern[str] | None = None
    choices: tuple[str, ...] | None = None
    required: bool = False


def texts(body: Mapping[str, Any], known: Iterable[TextField], errors: Errors) -> dict[str, str]:
    """The string members that were sent, checked; nulls become empty strings, as Cliniko stores them."""
    read: dict[str, str] = {}
    for field in known:
        if field.name not in body:
            continue
        value = body[field.name]
        if isinstance(value, bool) or not isinstance(value, str | int | float | None):
            errors[field.name] = INVALID
            continue
        read[field.name] = "" if value is None else str(value)
        problem = _problem(field, read[field.name])
        if problem:
            errors[field.name] = problem
    return read


def _problem(field: TextField, value: str) -> str | None:
    if not value.strip():
        return BLANK if field.required else None
    if field.longest is not None and len(value) > field.longest:
        return f"is too long (maximum is {field.longest} characters)"
    if field.pattern is not None and not field.pattern.fullmatch(value):
        return INVALID
    if field.choices is not None and value not in field.choices:
        return NOT_INCLUDED
    return None


def require(body: Mapping[str, Any], names: Iterable[str], errors: Errors) -> None:
    """Note the members that are missing or blank."""
    for name in names:
        if body.get(name) in (None, "") or (isinstance(body.get(name), str) and not body[name].strip()):
            errors[name] = BLANK


def booleans(body: Mapping[str, Any], names: Iterable[str], errors: Errors) -> dict[str, bool | None]:
    """The boolean members that were sent; null stays null."""
    read: dict[str, bool | None] = {}
    for name in names:
        if name in body:
            if body[name] not in (None, True, False) or (
                isinstance(body[name], int) and not isinstance(body[name], bool)
            ):
                errors[name] = INVALID
            read[name] = body[name]
    return read


def integer(body: Mapping[str, Any], name: str, errors: Errors, *, least: int, most: int) -> dict[str, int]:
    """One whole number within bounds, if it was sent."""
    if name not in body:
        return {}
    value = body[name]
    if isinstance(value, str) and re.fullmatch(r"-?\d+", value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        errors[name] = NOT_A_NUMBER
        return {}
    if not least <= value <= most:
        errors[name] = f"must be between {least} and {most}"
    return {name: value}


def price(body: Mapping[str, Any], name: str, errors: Errors) -> dict[str, str | None]:
    """One amount of money, kept as text with two decimals, if it was sent."""
    if name not in body:
        return {}
    value = body[name]
    if value is None:
        return {name: None}
    if isinstance(value, bool) or not re.fullmatch(r"-?\d+(\.\d+)?", str(value)):
        errors[name] = NOT_A_NUMBER
        return {}
    return {name: f"{float(value):.2f}"}
