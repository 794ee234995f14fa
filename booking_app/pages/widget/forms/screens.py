"""The parts of the details step: three short screens one after the other, or all of it on one."""

from collections.abc import Collection
from dataclasses import dataclass

from booking_app.bookings.records import Questions
from booking_app.pages.shared.intake_fields import field_name
from booking_app.pages.widget.forms.agreements import agreement_names

ABOUT, QUESTIONS, AGREEMENT = "about", "questions", "agreement"
HEADINGS = {ABOUT: "About you", QUESTIONS: "Questions", AGREEMENT: "Agreement and signature"}

PERSON = (
    "first_name", "last_name", "email", "phone", "date_of_birth",
    "guardian_first_name", "guardian_last_name", "guardian_phone", "relationship",
)  # fmt: skip
WHOM = ("for_whom", "guardian_email")  # where the clinic asks for whom a booking is
BIRTH_BOXES = ("date_of_birth_day", "date_of_birth_month", "date_of_birth_year")
INK = ("sign_strokes", "sign_picture")
SIGNING = (*INK, "sign_typed", "sign_name")

TRAP = "leave_empty"  # a box that no patient sees; what a program writes there makes the booking look like one's

PREFIXES = ("answer_", "waiver_", "consent_")


def can_be_kept(name: str) -> bool:
    """Whether a field of this name can be one of this step, for whichever service."""
    return name in (*PERSON, *WHOM, *BIRTH_BOXES) or name in SIGNING or name.startswith(PREFIXES)


@dataclass(frozen=True)
class Screen:
    """One page of the step. `parts` are what it shows, `asks` the names of its fields as they are posted."""

    key: str
    parts: tuple[str, ...]
    asks: frozenset[str]

    def is_sent(self, sent: Collection[str]) -> bool:
        """Whether every question of the screen was there when it was sent."""
        return self.asks <= set(sent)


def screens(questions: Questions, *, is_split: bool) -> tuple[Screen, ...]:
    """The screens of a service that asks these; a part with nothing to ask is left out.

    Without `is_split` there is one screen for everything.
    """
    agreed = agreement_names(questions)
    asked = {
        ABOUT: frozenset([*PERSON, *BIRTH_BOXES, *(WHOM if questions.asks_whom else ())]),
        QUESTIONS: frozenset(field_name(spec.key) for spec in questions.fields),
        AGREEMENT: frozenset([*SIGNING, *agreed] if agreed else ()),
    }
    parts = tuple(part for part, names in asked.items() if names)
    if not is_split:
        return (Screen(ABOUT, parts, frozenset(name for names in asked.values() for name in names)),)
    return tuple(Screen(part, (part,), asked[part]) for part in parts)
