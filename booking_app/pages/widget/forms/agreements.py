"""What is agreed to: each waiver by its exact version, each consent by itself, and the signature under them."""

from typing import Any

from wtforms import BooleanField, Form, HiddenField, StringField
from wtforms.fields import Field
from wtforms.validators import DataRequired, StopValidation

from booking_app.bookings.records import Questions
from booking_app.intake.signatures import Signature, SignatureInvalid, SignatureMissing, read_signature
from booking_app.intake.waivers import WaiverText
from booking_app.pages.widget.forms.people import line

PREFIX = "waiver_"
CHANGED = "This text was updated while the page was open. Read it again and tick the box."
MISSING = "Sign in the box, or choose to type your name instead"


class AgreementFields(Form):
    """Consents and the signature. Waivers are added by `agreement_fields`."""

    sign_strokes = HiddenField()
    sign_picture = HiddenField()
    sign_typed = BooleanField("Type my name instead")
    sign_name = StringField(
        "Your full name", filters=[line], description="Typing your name has the same effect as a drawn signature.",
        render_kw={"autocomplete": "off", "maxlength": 120},
    )  # fmt: skip

    def signature(self) -> Signature | None:
        """The signature as posted; None when there is none. Raises SignatureInvalid."""
        try:
            return read_signature(
                strokes_json=self.sign_strokes.data,
                typed_name=self.sign_name.data,
                png_data_uri=self.sign_picture.data,
                wants_typed=bool(self.sign_typed.data),
            )
        except SignatureMissing:
            return None


class VersionField(BooleanField):
    """A tick whose value is the version of the text beside it: an older text cannot be agreed to by accident."""

    def __init__(self, *args: Any, version: str, **values: Any) -> None:
        super().__init__(*args, **values)
        self.version = version

    def _value(self) -> str:
        return self.version

    def process_formdata(self, valuelist: Any) -> None:
        # A tick that was kept for an older text is no tick for this one.
        self.data = self.version in valuelist

    def pre_validate(self, form: Any) -> None:
        posted = (self.raw_data or [""])[0]
        if posted and posted != self.version:
            self.data = False
            raise StopValidation(CHANGED)


def agreement_fields(questions: Questions) -> dict[str, Any]:
    """An unbound field for each waiver and each consent that is asked, by its name."""
    fields: dict[str, Any] = {waiver_name(waiver): _tick(waiver) for waiver in questions.waivers}
    for name, wording in questions.asked_consents.items():
        needed = [DataRequired("Agree to the privacy notice to continue")] if name == "privacy" else []
        fields[f"consent_{name}"] = BooleanField(wording, needed)
    return fields


def agreement_names(questions: Questions) -> list[str]:
    """The names of the fields that `agreement_fields` makes."""
    consents = (f"consent_{name}" for name in questions.asked_consents)
    return [*(waiver_name(waiver) for waiver in questions.waivers), *consents]


def waiver_name(waiver: WaiverText) -> str:
    return f"{PREFIX}{waiver.key}"


def signature_rule(questions: Questions) -> str:
    """The strictest rule of the waivers: `required`, `optional` or `none`."""
    rules = {waiver.signature for waiver in questions.waivers}
    return next((rule for rule in ("required", "optional") if rule in rules), "none")


def _tick(waiver: WaiverText) -> Any:
    needed = DataRequired(f"Tick the box to agree to “{waiver.title}”")
    return VersionField(f"I have read and agree to “{waiver.title}”", [needed], version=waiver.version_sha256)


def refuse(field: Field, sentence: str) -> None:
    """Put a sentence at a field that had none."""
    field.errors = [*field.errors, sentence]


__all__ = [
    "MISSING", "AgreementFields", "SignatureInvalid", "agreement_fields", "agreement_names", "refuse", "signature_rule",
    "waiver_name",
]  # fmt: skip
