"""The details step as one form: the patient, the clinic's questions, what is agreed to."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import Field

from booking_app.bookings.records import PatientDetails, Questions
from booking_app.intake.answers import Answers, AnswersInvalid, check_answers
from booking_app.intake.people import Guardian
from booking_app.intake.signatures import Signature
from booking_app.pages.shared.form_tokens import STALE, TokenForm, TokenScope
from booking_app.pages.shared.intake_fields import field_for, field_name, posted
from booking_app.pages.widget.forms.agreements import (  # fmt: skip
    MISSING,
    AgreementFields,
    SignatureInvalid,
    agreement_fields,
    refuse,
    signature_rule,
    waiver_name,
)
from booking_app.pages.widget.forms.people import PersonFields, read_phone
from booking_app.pages.widget.forms.screens import Screen
from booking_app.pages.widget.forms.whom import GuardianFields


@dataclass(frozen=True)
class Problem:
    """A line of the error summary: the id of the field to go to, and the sentence that stands there too."""

    target: str
    sentence: str


class DetailsForm(TokenForm, PersonFields, GuardianFields, AgreementFields):
    """Everything asked for one service. Made by `details_form`, which adds the clinic's own fields."""

    questions: Questions
    answers: Answers
    drawn: Signature | None = None

    def validate(self, extra_validators: Any = None) -> bool:
        is_valid = bool(super().validate(extra_validators))
        checks = (self.check_guardian(), self._check_answers(), self._check_signature())
        return is_valid and all(checks)

    @property
    def own_fields(self) -> list[tuple[Any, Field]]:
        """The clinic's questions with their fields."""
        return [(spec, self[field_name(spec.key)]) for spec in self.questions.fields]

    def problems_of(self, screen: Screen) -> list[Problem]:
        """Every error of a screen in the order of the page."""
        if self.is_stale:
            return [Problem("", STALE)]
        return [Problem(_target(field), str(field.errors[0])) for field in self._wrong(screen)]

    def is_right(self, screen: Screen) -> bool:
        """Whether nothing is wrong or missing on a screen, of a form that was checked."""
        return not self._wrong(screen)

    @property
    def has_ink(self) -> bool:
        """Whether what was drawn was not thrown away as no signature."""
        return bool(self.sign_strokes.data or self.sign_picture.data)

    def to_details(self) -> PatientDetails:
        """What was typed, typed. Only for a form that validated."""
        assert self.date_of_birth.data is not None
        consents = {name: bool(self[f"consent_{name}"].data) for name in self._consents}
        guardian = self.guardian() if self.has_guardian else None
        return PatientDetails(
            first_name=str(self.first_name.data),
            last_name=str(self.last_name.data),
            email=self.email_address if self.email.data else self.guardian().email,
            phone=read_phone(str(self.phone.data), self.region) if self.phone.data else self.guardian().phone,
            date_of_birth=self.date_of_birth.data,
            guardian=guardian,
            answers=self.answers.to_json(),
            consents={**self.questions.consented, **consents},
            signature=self.drawn,
            waiver_versions={waiver.key: waiver.version_sha256 for waiver in self.questions.waivers},
            kept_answers=tuple(key for key, raw in self.answers.raw().items() if self.questions.reused.get(key) == raw),
            agreed_earlier=self.questions.agreed_earlier,
        )

    def _wrong(self, screen: Screen) -> list[Field]:
        return [field for field in self._in_page_order if field.errors and field.short_name in screen.asks]

    @property
    def _in_page_order(self) -> list[Field]:
        person = [self[name] for name in ("first_name", "last_name", "email", "phone", "date_of_birth")]
        own = [field for _, field in self.own_fields]
        waivers = [self[waiver_name(waiver)] for waiver in self.questions.waivers]
        signing = [self.sign_strokes, self.sign_name]
        consents = [self[f"consent_{name}"] for name in self._consents]
        whom = [self.for_whom] if self.for_whom is not None else []
        return [*whom, *person, *self.guardian_fields, *own, *waivers, *signing, *consents]

    @property
    def _consents(self) -> list[str]:
        names = ("privacy", "email_marketing", "sms_marketing")
        return [name for name in names if f"consent_{name}" in self]

    def _check_answers(self) -> bool:
        raw = {spec.key: posted(field) for spec, field in self.own_fields}
        try:
            self.answers = check_answers(self.questions.fields, raw, region=self.region)
        except AnswersInvalid as error:
            for key, sentence in error.errors.items():
                refuse(self[field_name(key)], sentence)
            return False
        return True

    def _check_signature(self) -> bool:
        rule = signature_rule(self.questions)
        if rule == "none":
            return True
        field = self.sign_name if self.sign_typed.data else self.sign_strokes
        try:
            self.drawn = self.signature()
        except SignatureInvalid as error:
            refuse(field, str(error))
            # What cannot be taken is not sent back either: it may be huge, and it would only be refused again.
            self.sign_strokes.data = self.sign_picture.data = ""
            return False
        if self.drawn is None and rule == "required":
            refuse(field, "Enter your full name as your signature" if self.sign_typed.data else MISSING)
            return False
        return True


def details_form(
    questions: Questions, values: Mapping[str, Any], *, scope: TokenScope, region: str, today: date
) -> DetailsForm:
    """The form for one service with these values, field name -> value or values, as a browser posts them."""
    fields = {field_name(spec.key): field_for(spec) for spec in questions.fields}
    members = {**fields, **agreement_fields(questions), "questions": questions, "region": region, "today": today}
    if not questions.asks_whom:
        members |= {"for_whom": None, "guardian_email": None}
    form_class = type("ServiceDetailsForm", (DetailsForm,), members)
    form: DetailsForm = form_class(MultiDict(values), scope=scope)
    if form.is_for_other:
        form.let_contact_be_the_guardians()
    return form


def as_typed(questions: Questions, details: PatientDetails) -> dict[str, tuple[str, ...]]:
    """The details as the form would have posted them."""
    person = {name: (str(getattr(details, name)),) for name in ("first_name", "last_name", "email", "phone")}
    person["date_of_birth"] = (details.date_of_birth.isoformat(),)
    answers = Answers.from_json(details.answers).raw()
    own = {field_name(key): (raw,) if isinstance(raw, str) else tuple(raw) for key, raw in answers.items()}
    consents = {f"consent_{name}": ("y",) for name, is_given in details.consents.items() if is_given}
    waivers = {waiver_name(w): (details.waiver_versions.get(w.key, ""),) for w in questions.waivers}
    return {**person, **guarded(details.guardian), **own, **consents, **waivers, **_signed(details.signature)}


def guarded(guardian: Guardian | None) -> dict[str, tuple[str, ...]]:
    if guardian is None:
        return {}
    return {
        "guardian_first_name": (guardian.first_name,),
        "guardian_last_name": (guardian.last_name,),
        **({"guardian_email": (guardian.email,)} if guardian.email else {}),
        "guardian_phone": (guardian.phone,),
        "relationship": (guardian.relationship,),
    }


def _signed(signature: Signature | None) -> dict[str, tuple[str, ...]]:
    if signature is None:
        return {}
    if signature.method == "typed":
        return {"sign_typed": ("y",), "sign_name": (signature.typed_name or "",)}
    return {"sign_strokes": (json.dumps(signature.ink.to_json()),)} if signature.ink else {}


def _target(field: Field) -> str:
    return "sign" if field.short_name == "sign_strokes" else str(field.id)
