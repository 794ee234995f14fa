"""Names, ages, and who may sign: the patient, or a guardian for somebody under 18."""

from dataclasses import dataclass
from datetime import date

from booking_app.core.plain_text import clean_line, has_letters

LONGEST_NAME = 100
LONGEST_RELATIONSHIP = 60
ADULT_AT = 18
OLDEST = 120


class DateOfBirthInvalid(ValueError):
    """The message is a sentence for the patient."""


class NameInvalid(ValueError):
    """The message is a sentence for the patient."""


@dataclass(frozen=True)
class Guardian:
    """The adult who signs for a minor, or books for somebody. `phone` is E.164; `email` empty where none was asked."""

    first_name: str
    last_name: str
    phone: str
    relationship: str
    email: str = ""

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


def check_name(text: str, called: str, longest: int = LONGEST_NAME) -> str:
    """The name as one clean line, with at least one letter that can be seen; empty when nothing was typed.

    `called` is what the sentence calls it, e.g. `first name`. Raises NameInvalid.
    """
    # What is far too long is not even cleaned; hidden characters in between do not count.
    name = clean_line(text) if len(text) <= 10 * longest else text
    if len(name) > longest:
        raise NameInvalid(f"Shorten the {called} to {longest} characters or fewer")
    if name and not has_letters(name):
        raise NameInvalid(f"Enter the {called} in letters")
    return name


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
