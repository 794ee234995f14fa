"""Who is coming, and how they are reached."""

from datetime import date

from wtforms import EmailField, Field, Form, StringField, TelField
from wtforms.validators import DataRequired, ValidationError

from booking_app.core.contact_details import example_phone
from booking_app.core.plain_text import clean_line
from booking_app.intake.field_kinds import Unreadable, read_value
from booking_app.intake.fields import FieldSpec
from booking_app.intake.people import (
    LONGEST_NAME,
    DateOfBirthInvalid,
    NameInvalid,
    check_date_of_birth,
    check_name,
)
from booking_app.pages.widget.forms.birth import BirthDateField

# Longer than anything these fields accept, so that what was cut is still refused.
LONGEST_CLEANED = 2000


def line(text: str | None) -> str:
    """A form filter: what was typed as one clean line. Of what is far too long the rest is not even cleaned."""
    return clean_line((text or "")[:LONGEST_CLEANED])


class Name:
    """Not too long, and with a letter to be seen."""

    def __init__(self, longest: int = LONGEST_NAME) -> None:
        self._longest = longest

    def __call__(self, form: Form, field: Field) -> None:
        try:
            check_name(str(field.data), field.label.text.lower(), self._longest)
        except NameInvalid as error:
            raise ValidationError(str(error)) from error


class Phone:
    """A number that can be called, read in the clinic's country."""

    def __call__(self, form: Form, field: Field) -> None:
        read_phone(str(field.data), form.region)  # type: ignore[attr-defined]


class PersonFields(Form):
    """Who is coming. The form that mixes this in has a `region` and a `today`."""

    first_name = StringField(
        "First name", [DataRequired("Enter a first name"), Name()], filters=[line],
        render_kw={"autocomplete": "given-name", "maxlength": LONGEST_NAME},
    )  # fmt: skip
    last_name = StringField(
        "Last name", [DataRequired("Enter a last name"), Name()], filters=[line],
        render_kw={"autocomplete": "family-name", "maxlength": LONGEST_NAME},
    )  # fmt: skip
    email = EmailField(
        "Email", [DataRequired("Enter an email address, for example name@example.com")], filters=[line],
        description="Your confirmation is sent here.",
        render_kw={"autocomplete": "email", "maxlength": 254, "spellcheck": "false", "autocapitalize": "none"},
    )  # fmt: skip
    phone = TelField(
        "Mobile phone", [DataRequired("Enter a mobile phone number"), Phone()], filters=[line],
        render_kw={"autocomplete": "tel", "inputmode": "tel", "maxlength": 40},
    )  # fmt: skip
    date_of_birth = BirthDateField("Date of birth", description="For example 31 3 1980", render_kw={"required": True})
    region: str
    today: date

    def validate_email(self, field: Field) -> None:
        try:
            self.email_address = str(read_value(EMAIL, [str(field.data)], self.region))
        except Unreadable as error:
            raise ValidationError("Enter an email address like name@example.com") from error

    def validate_date_of_birth(self, field: Field) -> None:
        try:
            check_date_of_birth(field.data, self.today)
        except DateOfBirthInvalid as error:
            raise ValidationError(str(error)) from error


EMAIL = FieldSpec(key="email", label="Email", type="email", required=True)
PHONE = FieldSpec(key="phone", label="Mobile phone", type="phone", required=True)


def read_phone(text: str, region: str) -> str:
    """The number in E.164. Raises ValidationError in a patient's words."""
    try:
        return str(read_value(PHONE, [text], region) or "")
    except Unreadable as error:
        raise ValidationError(
            f"Enter a phone number like {example_phone(region)}, with its country code if it is not local"
        ) from error
