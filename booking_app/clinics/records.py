"""A clinic's rules and wording, typed."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, TypeVar

DetailsScreens = Literal["three", "one"]
DETAILS_SCREENS: tuple[DetailsScreens, ...] = ("three", "one")
ConfirmationMail = Literal["when_cliniko_sends_none", "always", "never"]
CONFIRMATION_MAILS: tuple[ConfirmationMail, ...] = ("when_cliniko_sends_none", "always", "never")
PRIVACY_WORDING = (
    "I agree that the clinic collects and keeps the details I give here, "
    "to arrange my appointment and to look after me."
)

Record = TypeVar("Record", "BookingRules", "ConsentWording")


@dataclass(frozen=True, kw_only=True)
class BookingRules:
    """What a patient may do, and when. Notice is in hours before the start; retention is at most 30 days.

    `front_desk_poll_minutes`: how often Cliniko is asked for what the front desk booked; 0 is never.
    """

    hold_minutes: int = 10
    lead_hours: int = 0
    horizon_days: int = 60
    cancel_notice_hours: int = 24
    reschedule_notice_hours: int = 24
    allow_any_practitioner: bool = True
    attach_signature_png: bool = False
    retention_days: int = 30
    front_desk_poll_minutes: int = 0
    confirmation_mail: ConfirmationMail = "when_cliniko_sends_none"
    details_screens: DetailsScreens = "three"
    ask_before_double_booking: bool = True

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> "BookingRules":
        return _known(cls, raw)


@dataclass(frozen=True, kw_only=True)
class ConsentWording:
    """The exact words beside each consent box; None is not asked. Privacy is always asked."""

    privacy: str = PRIVACY_WORDING
    email_marketing: str | None = None
    sms_marketing: str | None = None

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> "ConsentWording":
        return _known(cls, raw)


def _known(record: type[Record], raw: Mapping[str, Any]) -> Record:
    """The record from stored JSON: what is absent or null takes its default, what is unknown is left out."""
    names = {field.name for field in fields(record)}
    return record(**{name: value for name, value in raw.items() if name in names and value is not None})
