"""Repeat rules of appointments and blocks: the copies a rule makes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from booking_sandbox.cliniko.answers import INVALID
from booking_sandbox.cliniko.fields import Errors

_TYPES = ("Daily", "Weekly", "Monthly")


def read(value: Any, errors: Errors) -> dict[str, Any]:
    """A rule as stored; ``{}`` when there is none."""
    if value in (None, {}):
        return {}
    if not isinstance(value, dict) or value.get("repeat_type") not in (*_TYPES, None):
        errors["repeat_rule"] = INVALID
        return {}
    number, interval = value.get("number_of_repeats") or 0, value.get("repeating_interval") or 1
    if not all(isinstance(item, int) for item in (number, interval)) or not (0 <= number <= 51 and 0 < interval <= 100):
        errors["repeat_rule"] = INVALID
        return {}
    if not value.get("repeat_type") or not number:
        return {}
    return {"repeat_type": value["repeat_type"], "number_of_repeats": number, "repeating_interval": interval}


def later_starts(rule: dict[str, Any], start: datetime) -> list[datetime]:
    """The starts of the copies, the first one excluded."""
    if not rule:
        return []
    return [_moved(rule, start, number) for number in range(1, rule["number_of_repeats"] + 1)]


def _moved(rule: dict[str, Any], start: datetime, number: int) -> datetime:
    steps = number * rule["repeating_interval"]
    if rule["repeat_type"] == "Monthly":
        month = start.month - 1 + steps
        return start.replace(year=start.year + month // 12, month=month % 12 + 1, day=min(start.day, 28))
    return start + timedelta(days=steps * (7 if rule["repeat_type"] == "Weekly" else 1))
