"""What a notice may know of a booking: no name, no service, no answer."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from booking_app.bookings.deadlines import Deadlines
from booking_app.bookings.records import NO_LINK, JoinLink

ConfirmationRule = Literal["when_cliniko_sends_none", "always", "never"]


@dataclass(frozen=True)
class MailLogo:
    """A PNG that travels in the mail itself; `width` and `height` are in CSS pixels."""

    png: bytes
    width: int
    height: int


@dataclass(frozen=True, kw_only=True)
class ClinicCard:
    """How a clinic presents itself. `alert_email` is where it wants to hear of bookings.

    `header` stands under its name at the top of each mail, `confirmation_text` in the one that confirms.
    """

    name: str
    phone: str | None
    email: str | None
    primary_color: str | None
    alert_email: str | None
    header: str = ""
    confirmation_text: str = ""
    locale: str = "en-AU"
    logo: MailLogo | None = field(default=None, repr=False)


@dataclass(frozen=True)
class AskedMove:
    """The last time the patient asked for another time: from when to when, and what came of it."""

    number: int
    from_at: datetime
    to_at: datetime
    outcome: str


@dataclass(frozen=True, kw_only=True)
class NoticeFacts:
    """A booking as it is now. `time_zone` is the location's; `deadlines` say what can be changed online.

    `sequence` rises with every change of the booking's time or state. `had_lost_time`: another time was tried first and
    lost, so that Cliniko may have written about that one. `has_newer_booking`: another time was chosen since.
    `is_waiting`: neither placed nor given up yet. `join` is the patient's own link to a visit by video.
    """

    clinic: ClinicCard
    email: str = field(repr=False)
    reference: str
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    location_name: str
    address: str
    directions: str
    is_telehealth: bool
    is_cancelled: bool
    sequence: int
    deadlines: Deadlines
    manage_url: str = field(repr=False)
    console_url: str
    booking_url: str
    copy_url: str | None = field(default=None, repr=False)
    is_placed: bool = True
    is_waiting: bool = False
    is_minor_alone: bool = False
    has_newer_booking: bool = False
    confirmation_rule: ConfirmationRule
    cliniko_sends_confirmation: bool
    had_lost_time: bool = False
    move: AskedMove | None = None
    join: JoinLink = NO_LINK

    @property
    def lacks_link(self) -> bool:
        """Whether it is by video and nobody knows yet how the patient joins."""
        return self.is_telehealth and self.join.url is None


# By booking id; raises RemoteFailure DATA once the personal data has been purged.
LoadNoticeFacts = Callable[[int], NoticeFacts]
