"""Ages, and who may sign: the patient, or a guardian for somebody under 18."""

from dataclasses import dataclass
from datetime import date

ADULT_AT = 18
OLDEST = 120


class DateOfBirthInvalid(ValueError):
    """The message is a sentence for the patient."""


@dataclass(frozen=True)
class Guardian:
    """The adult who signs for a minor. `phone` is E.164."""

    first_name: str
    last_name: str
    phone: str
    relationship: str

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


def age_on(date_of_birth: date, day: date) -> int:
    """Whole years on `day`. Somebody born on 29 February has the birthday on 1 March in other years."""
    had_birthday = (day.month, day.day) >= (date_of_birth.month, date_of_birth.day)
    return day.year - date_of_birth.year - (0 if had_birthday else 1)


def is_minor(date_of_birth: date, on_day: date) -> bool:
    return age_on(date_of_birth, on_day) < ADULT_AT


def check_date_of_birth(date_of_birth: date, today: date) -> date:
    """The same date when a living person can have it. Raises DateOfBirthInvalid."""
    if date_of_birth > today:
        raise DateOfBirthInvalid("Enter a date of birth in the past.")
    if age_on(date_of_birth, today) > OLDEST:
        raise DateOfBirthInvalid(f"Enter a date of birth within the last {OLDEST} years.")
    return date_of_birth
