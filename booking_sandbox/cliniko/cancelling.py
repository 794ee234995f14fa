"""Cancelling: a reason is mandatory, and its number means a word."""

from __future__ import annotations

from typing import Any

from booking_sandbox.cliniko.answers import BLANK, NOT_INCLUDED
from booking_sandbox.cliniko.context import ClinikoCall
from booking_sandbox.cliniko.fields import Errors
from booking_sandbox.cliniko.noun import refuse_if
from booking_sandbox.table import Record

REASONS = {
    10: "Feeling Better",
    20: "Condition Worse",
    30: "Sick",
    31: "COVID-19 related",
    40: "Away",
    50: "Other",
    60: "Work",
}


def present(row: Record) -> dict[str, Any]:
    """The members that tell about a cancellation; the description is empty while there is none."""
    return {
        "cancelled_at": row.get("cancelled_at"),
        "cancellation_note": row.get("cancellation_note"),
        "cancellation_reason": row.get("cancellation_reason"),
        "cancellation_reason_description": REASONS.get(row.get("cancellation_reason") or 0, ""),
    }


def read(call: ClinikoCall) -> dict[str, Any]:
    """What to store about this cancellation. Raises Invalid."""
    body, errors = call.body(), Errors()
    reason = body.get("cancellation_reason")
    if isinstance(reason, str) and reason.isdecimal():
        reason = int(reason)
    if reason in (None, ""):
        errors["cancellation_reason"] = BLANK
    elif isinstance(reason, bool) or reason not in REASONS:
        errors["cancellation_reason"] = NOT_INCLUDED
    refuse_if(errors)
    return {
        "cancelled_at": call.now(),
        "cancellation_reason": reason,
        "cancellation_note": body.get("cancellation_note"),
    }
