"""A clinic's rules and wording, typed."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Literal, TypeVar

from booking_app.clinics.key_kinds import Choice, Flag, Whole
from booking_app.clinics.keys import KeyWords, holds

DetailsScreens = Literal["three", "one"]
DETAILS_SCREENS: Mapping[str, str] = {"three": "Three short screens", "one": "One long screen"}
ConfirmationMail = Literal["when_cliniko_sends_none", "always", "never"]
CONFIRMATION_MAILS: Mapping[str, str] = {
    "when_cliniko_sends_none": "When Cliniko sends none for the service",
    "always": "Always, beside Cliniko’s own",
    "never": "Never",
}
PRIVACY_WORDING = (
    "I agree that the clinic collects and keeps the details I give here, "
    "to arrange my appointment and to look after me."
)

Payment = Literal["off", "optional", "required"]
PAYMENTS: tuple[Payment, ...] = ("off", "optional", "required")
LateRule = Literal["keep", "keep_part", "refund"]
LATE_RULES: tuple[LateRule, ...] = ("keep", "keep_part", "refund")
TaxWord = Literal["gst_free", "gst", "ask"]
TAX_WORDS: tuple[TaxWord, ...] = ("gst_free", "gst", "ask")

Record = TypeVar("Record", "BookingRules", "ConsentWording", "DepositRules")

# The headings of [booking] in the console.
AVAILABILITY, WHILE_BOOKING, CHANGING = "Availability", "While somebody books", "Changing a booking"
MESSAGES = "Messages and papers"


@dataclass(frozen=True, kw_only=True)
class BookingRules:
    """[booking]: what a patient may do, and when. Everything about a key stands here: see `clinics/keys.py`."""

    heading: ClassVar[str] = "[booking]"

    # fmt: off
    lead_hours: int = holds(Whole(0, 672), 0, KeyWords(
        AVAILABILITY, "Notice before a booking, in hours",
        "How far ahead the earliest time lies. Cliniko's own rule counts as well.",
        "0: as soon as Cliniko allows. Cliniko’s own notice holds too.",
    ))
    horizon_days: int = holds(Whole(1, 730), 60, KeyWords(
        AVAILABILITY, "Days ahead",
        "How many days ahead can be booked.", "How far ahead times are shown, if Cliniko shows them.",
    ))
    allow_any_practitioner: bool = holds(Flag(), True, KeyWords(
        AVAILABILITY, "Offer “Any practitioner”", 'Whether "Any practitioner" is offered.',
    ))
    hold_minutes: int = holds(Whole(1, 120), 10, KeyWords(
        WHILE_BOOKING, "Minutes a time is held",
        "How long a chosen time is held while the patient fills in the details. It grows while they are typing.",
        "A chosen time is kept for so long, and longer while the patient is typing.",
    ))
    details_screens: DetailsScreens = holds(Choice(DETAILS_SCREENS), "three", KeyWords(
        WHILE_BOOKING, "Details, questions and signature",
        "Whether the details step is three short screens (About you, Questions, Agreement and signature) or one long "
        "one.",
    ))
    ask_before_double_booking: bool = holds(Flag(), True, KeyWords(
        WHILE_BOOKING, "Ask before the same patient books the same time twice",
        "Whether a patient who has an appointment at the chosen time already is asked before booking another.",
    ))
    ask_for_whom: bool = holds(Flag(), False, KeyWords(
        WHILE_BOOKING, "Ask who the booking is for",
        "Whether patients are asked who the booking is for: themselves, their child, or somebody they care for. Who "
        "books for another person gives their own details, signs, and gets the messages.",
        "Myself, my child, or someone I care for. Messages then go to the parent or carer, who signs.",
    ))
    alone_from_age: int = holds(Whole(12, 18), 18, KeyWords(
        WHILE_BOOKING, "Age from which a young person may book alone",
        "From which age somebody may book without a parent or guardian. Below 18 such a booking is marked for the "
        "clinic, in its mail and in the console; 18 asks every minor for a guardian.",
        "Below 18 such bookings are marked for you. 18: everybody under 18 needs a parent or guardian.",
    ))
    cancel_notice_hours: int = holds(Whole(0, 672), 24, KeyWords(
        CHANGING, "Notice for cancelling online, in hours",
        "Until how long before the start a patient can cancel by themselves.",
        "Later than this, patients have to ring you.",
    ))
    reschedule_notice_hours: int = holds(Whole(0, 672), 24, KeyWords(
        CHANGING, "Notice for moving online, in hours",
        "Until how long before the start they can move it.",
    ))
    confirmation_mail: ConfirmationMail = holds(Choice(CONFIRMATION_MAILS), "when_cliniko_sends_none", KeyWords(
        MESSAGES, "Our own confirmation e-mail", "When we mail the patient.",
    ))
    attach_signature_png: bool = holds(Flag(), False, KeyWords(
        MESSAGES, "Attach the signature as a picture too, beside the signed PDF",
        "Whether the signature is also attached to the patient as a picture. It always stands in the form and in the "
        "PDF.",
    ))
    retention_days: int = holds(Whole(1, 30), 30, KeyWords(
        MESSAGES, "Days to keep personal data here",
        "For how many days personal details are kept here at most. They go sooner once everything has arrived in "
        "Cliniko.",
        "30 at most. It goes a day after everything has arrived in Cliniko anyway.",
    ))
    front_desk_poll_minutes: int = holds(Whole(0, 1440), 0, KeyWords(
        "What the front desk books", "Check Cliniko every (minutes)",
        "How often Cliniko is asked for appointments that the front desk made, so that their contacts reach the CRM "
        "too; 0 is never. Only individual appointments to come, and only with connections under `[[crm]]`; see "
        "[connections](connections.md#what-the-front-desk-books).",
        "So often Cliniko is asked for appointments that the front desk made, so that their contacts reach your CRM. "
        "0: never.",
    ))
    # fmt: on

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


@dataclass(frozen=True, kw_only=True)
class DepositRules:
    """What is paid when booking, and what is given back. Amounts are texts like "50.00" or "30%" of the price.

    Without `free_cancellation_hours` the clinic's notice for cancelling online counts. `late` is what happens to a
    deposit cancelled later than that, or whose patient does not come.
    """

    payment: Payment = "off"
    amount: str | None = None
    free_cancellation_hours: int | None = None
    late: LateRule = "keep"
    keep_part: str | None = None
    refund_when_clinic_cancels: bool = True
    wording: str = ""
    tax: TaxWord = "ask"

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> "DepositRules":
        return _known(cls, raw)


def _known(record: type[Record], raw: Mapping[str, Any]) -> Record:
    """The record from stored JSON: what is absent or null takes its default, what is unknown is left out."""
    names = {field.name for field in fields(record)}
    return record(**{name: value for name, value in raw.items() if name in names and value is not None})
