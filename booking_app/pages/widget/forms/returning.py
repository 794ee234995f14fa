"""The forms of coming back: the e-mail, the code, and which of several patients it is."""

from datetime import date
from typing import Any

from wtforms import EmailField, RadioField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from booking_app.core.contact_details import ContactUnreadable, read_email
from booking_app.core.one_time_codes import LONGEST_TYPED, Verdict
from booking_app.pages.shared.form_tokens import TokenForm
from booking_app.pages.widget.forms.birth import BirthDateField
from booking_app.pages.widget.forms.people import line

LONGEST = 254  # characters of an e-mail address


class CodeForm(TokenForm):
    """The code that was sent."""

    code = StringField(
        "Your code",
        [
            InputRequired("Enter the code from the email"),
            Length(max=LONGEST_TYPED, message="Type the eight digits only"),
        ],
        render_kw={"inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": LONGEST_TYPED},
    )


def said_of(verdict: Verdict) -> str:
    """What to say of a code that was not taken."""
    if verdict is Verdict.WRONG:
        return "That code isn’t right"
    return "That code no longer works. Ask for a new one"


class EmailForm(TokenForm):
    """The address the clinic knows the patient by."""

    email = EmailField(
        "Your email",
        [InputRequired("Enter an email address, for example name@example.com"), Length(max=LONGEST)],
        filters=[line],
        description="The address you gave the clinic before.",
        render_kw={"autocomplete": "email", "maxlength": LONGEST, "spellcheck": "false", "autocapitalize": "none"},
    )

    def validate_email(self, field: Any) -> None:
        try:
            field.data = read_email(str(field.data))
        except ContactUnreadable as error:
            raise ValidationError("Enter an email address like name@example.com") from error


class WhoForm(TokenForm):
    """Which of the patients with this address, and the birth date that shows it."""

    who = RadioField("Who is coming?", [InputRequired("Choose who is coming")], validate_choice=False)
    date_of_birth = BirthDateField("Date of birth", description="For example 31 3 1980", render_kw={"required": True})

    @property
    def born(self) -> date:
        """Only for a form that validated."""
        assert self.date_of_birth.data is not None
        return self.date_of_birth.data
