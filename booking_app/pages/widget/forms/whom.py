"""For whom a booking is: oneself, one's child, or somebody one cares for; and the adult who then answers for them."""

from datetime import date
from typing import Any, cast

from wtforms import EmailField, Field, Form, RadioField, StringField, TelField
from wtforms.validators import InputRequired, Optional, ValidationError

from booking_app.bookings.records import Questions
from booking_app.intake.field_kinds import Unreadable, read_value
from booking_app.intake.people import LONGEST_NAME, LONGEST_RELATIONSHIP, Guardian, age_on, is_minor
from booking_app.pages.widget.forms.agreements import refuse
from booking_app.pages.widget.forms.people import EMAIL, Name, line, read_phone

MYSELF = "myself"
WHOM = {MYSELF: "Myself", "child": "My child", "cared_for": "Someone I care for"}
WANTED = {
    "guardian_first_name": "Enter the guardian’s first name",
    "guardian_last_name": "Enter the guardian’s last name",
    "guardian_email": "Enter the guardian’s email address",
    "guardian_phone": "Enter the guardian’s phone number",
    "relationship": "Enter how the guardian is related to the patient",
}


class GuardianFields(Form):
    """The adult who books for a patient. `for_whom` and `guardian_email` are None where the clinic does not ask it."""

    for_whom = RadioField(
        "Who is this booking for?", [InputRequired("Choose who this booking is for")], choices=WHOM,
        validate_choice=False, render_kw={"required": True},
    )  # fmt: skip
    guardian_first_name = StringField(
        "Guardian first name", [Optional(), Name()], filters=[line], render_kw={"maxlength": LONGEST_NAME}
    )
    guardian_last_name = StringField(
        "Guardian last name", [Optional(), Name()], filters=[line], render_kw={"maxlength": LONGEST_NAME}
    )
    guardian_email = EmailField(
        "Guardian email", [Optional()], filters=[line],
        description="Messages about the appointment are sent here.",
        render_kw={"autocomplete": "email", "maxlength": 254, "spellcheck": "false", "autocapitalize": "none"},
    )  # fmt: skip
    guardian_phone = TelField("Guardian phone", filters=[line], render_kw={"inputmode": "tel", "maxlength": 40})
    relationship = StringField(
        "Relationship", [Optional(), Name(LONGEST_RELATIONSHIP)], filters=[line],
        description="For example mother, father or legal guardian", render_kw={"maxlength": LONGEST_RELATIONSHIP},
    )  # fmt: skip

    region: str
    today: date
    questions: Questions

    @property
    def guardian_fields(self) -> tuple[Field, ...]:
        fields = (self.guardian_first_name, self.guardian_last_name, self.guardian_email, self.guardian_phone)
        return tuple(field for field in (*fields, self.relationship) if field is not None)

    @property
    def is_for_other(self) -> bool:
        """Whether somebody books for another person, by their own word."""
        return self.for_whom is not None and self.for_whom.data in WHOM and self.for_whom.data != MYSELF

    @property
    def is_for_minor(self) -> bool:
        born = self._born
        return born is not None and is_minor(born, self.today)

    @property
    def has_guardian(self) -> bool:
        """Whether a guardian answers and signs: for another person, and for whoever is too young to book alone."""
        if self.is_for_other:
            return True
        born = self._born
        if born is None or not is_minor(born, self.today):
            return False
        may_book_alone = age_on(born, self.today) >= self.questions.alone_from_age
        return not may_book_alone or any(field.data for field in self.guardian_fields)

    def guardian(self) -> Guardian:
        """The guardian as typed; only for a form that validated with one."""
        return Guardian(
            first_name=str(self.guardian_first_name.data),
            last_name=str(self.guardian_last_name.data),
            phone=read_phone(str(self.guardian_phone.data), self.region),
            relationship=str(self.relationship.data),
            email=self._guardian_email(),
        )

    def let_contact_be_the_guardians(self) -> None:
        """Ask for no e-mail and phone of a child: without them the guardian's count."""
        for field in (self["email"], self["phone"]):
            field.validators = [Optional(), *list(field.validators)[1:]]
            field.flags.required = False
            field.description = "Only if the patient has their own"

    def check_guardian(self) -> bool:
        """Whether the guardian is whole where there is one; says at each field what is missing or wrong."""
        if not self.has_guardian:
            return True
        for field in self.guardian_fields:
            is_wanted = field is not self.guardian_email or self.is_for_other
            if not field.data and is_wanted:
                refuse(field, WANTED[field.short_name])
        if self.guardian_phone.data:
            self._check_phone()
        return not any(field.errors for field in self.guardian_fields)

    def validate_guardian_email(self, field: Field) -> None:
        try:
            self._guardian_email()
        except Unreadable as error:
            raise ValidationError("Enter an email address like name@example.com") from error

    @property
    def _born(self) -> date | None:
        """The birth date, where it is one that has been."""
        born = cast("date | None", self["date_of_birth"].data)
        return born if born is not None and born <= self.today else None

    def _guardian_email(self) -> str:
        given: Any = self.guardian_email.data if self.guardian_email is not None else ""
        return str(read_value(EMAIL, [str(given)], self.region)) if given else ""

    def _check_phone(self) -> None:
        try:
            read_phone(str(self.guardian_phone.data), self.region)
        except ValueError as error:
            refuse(self.guardian_phone, str(error))
