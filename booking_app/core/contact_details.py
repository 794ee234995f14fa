"""E-mail addresses and phone numbers: read once from what was typed, kept as what can be written to and called."""

from typing import Literal

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType

PhoneKind = Literal["mobile", "landline", "other"]
KINDS: dict[int, PhoneKind] = {
    PhoneNumberType.MOBILE: "mobile",
    PhoneNumberType.FIXED_LINE_OR_MOBILE: "mobile",  # North America's numbers do not tell
    PhoneNumberType.FIXED_LINE: "landline",
}
EXTENSION = " ext. "
LONGEST_EXTENSION = 8
WHOLE = 8  # digits; shorter ones that no plan knows are mistyped


class ContactUnreadable(ValueError):
    """What was typed cannot be written to, or cannot be called."""


def read_email(text: str) -> str:
    """The address as a mail server takes it: an international domain in its ASCII form. Raises ContactUnreadable.

    A local part beyond ASCII is refused, because neither Cliniko nor most mail servers can write to it.
    """
    try:
        address = validate_email(text, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as error:
        raise ContactUnreadable("not an address") from error
    return address.ascii_email or address.normalized


def read_phone(text: str, region: str) -> str:
    """The number in E.164, with its extension after " ext. " where there is one. Raises ContactUnreadable.

    `region` is the two-letter country that local numbers are read in. A number of a possible length is taken even when
    the pinned numbering plans do not know it: they are older than the newest numbers.
    """
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as error:
        raise ContactUnreadable("not a number") from error
    if not _can_be_called(number) or len(number.extension or "") > LONGEST_EXTENSION:
        raise ContactUnreadable("no number has this length")
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return f"{e164}{EXTENSION}{number.extension}" if number.extension else e164


def example_phone(region: str) -> str:
    """A mobile number of the region as people there write it."""
    example = phonenumbers.example_number_for_type(region, PhoneNumberType.MOBILE)
    return phonenumbers.format_number(example, PhoneNumberFormat.NATIONAL) if example else "+61 412 345 678"


def phone_words(phone: str) -> str:
    """A stored number as people read it: `+61 412 345 678`. What is no number comes back as it is."""
    number = _parsed(phone)
    return phone if number is None else phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)


def phone_kind(phone: str) -> PhoneKind:
    """Whether a stored number is a mobile, a landline, or something else such as a 1300 number."""
    number = _parsed(phone)
    return "other" if number is None else KINDS.get(phonenumbers.number_type(number), "other")


def is_known_phone(phone: str) -> bool:
    """Whether the numbering plans know a stored number; one they do not know deserves a second look."""
    number = _parsed(phone)
    return number is not None and phonenumbers.is_valid_number(number)


def without_extension(phone: str) -> str:
    """A stored number in plain E.164, for systems that take nothing else."""
    return phone.partition(EXTENSION)[0]


def _can_be_called(number: PhoneNumber) -> bool:
    """A number that a plan knows, or one that is as long as a whole number is."""
    if phonenumbers.is_valid_number(number):
        return True
    return phonenumbers.is_possible_number(number) and len(phonenumbers.national_significant_number(number)) >= WHOLE


def _parsed(phone: str) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(phone, None)
    except phonenumbers.NumberParseException:
        return None
