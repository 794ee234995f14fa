"""The form of one question, and what there is to choose in it."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from wtforms import BooleanField, SelectField, StringField, TextAreaField

from booking_app.clinics.revisions import revision_of
from booking_app.core.failures import RemoteFailure
from booking_app.intake.field_kinds import KINDS
from booking_app.intake.fields import FieldsInvalid, FieldSpec, ShowIf
from booking_app.intake.mapping import PATIENT_ATTRIBUTES
from booking_app.pages.console.access import current_clinic
from booking_app.pages.console.keys import Key, MadeKey, ServicesField, cleaned, with_missing
from booking_app.pages.console.readings import service_names
from booking_app.pages.console.saving import SavingForm
from booking_app.pages.console.setting_fields import whole
from booking_app.pages.shared import use_cases
from booking_app.setup.clinic_file.schema import IntakeEntry

ASKED_AGAIN = {
    "always": "Ask every time",
    "after_days": "Ask again once the answer is a number of days old",
    "once": "Use the earlier answer",
}


class QuestionForm(SavingForm):
    """One question. The names are those of [[intake]] in the clinic's file, or begin like them."""

    label = StringField("Question", [Key(IntakeEntry, "label")], filters=cleaned())
    key = StringField(
        "Short name", [MadeKey(IntakeEntry, "key")], filters=cleaned(),
        description="For waivers that quote the answer, and for the clinic’s file. Leave it empty to have one made "
        "of the question. It cannot be changed later.",
    )  # fmt: skip
    type = SelectField("How it is answered", choices={name: kind.title for name, kind in KINDS.items()})
    options = TextAreaField("Choices", filters=cleaned(), description="One per line, for questions with choices.",
                            render_kw={"rows": 5})  # fmt: skip
    help = TextAreaField("Hint", [Key(IntakeEntry, "help")], filters=cleaned(), render_kw={"rows": 2})
    group = StringField(
        "Heading above it", [Key(IntakeEntry, "group")], filters=cleaned(),
        description="Questions one after another with the same heading stand together under it.",
    )  # fmt: skip
    required = BooleanField("Required")
    condition = SelectField("Ask it only if", default="")
    ask_again = SelectField("When a patient comes back", choices=ASKED_AGAIN, default="always", validate_choice=False)
    ask_again_days = whole(
        "Days before asking again",
        "For answers that change now and then, for example medicines. An answer that is not asked for again is shown "
        "to the patient before they confirm.",
    )
    maps_to = SelectField("Where the answer goes besides the patient form", default="form")
    services = ServicesField("Asked for", description="Leave unticked to ask for every service.")

    def to_spec(self) -> FieldSpec:
        """The question as it was typed."""
        condition = str(self.condition.data or "")
        field, _, equals = condition.partition("=")
        return FieldSpec(
            key=str(self.key.data or ""),
            label=str(self.label.data or ""),
            type=self.type.data if self.type.data in KINDS else next(iter(KINDS)),  # an invented one is refused
            required=bool(self.required.data),
            help=self.help.data or "",
            options=tuple(line.strip() for line in (self.options.data or "").splitlines() if line.strip()),
            show_if=ShowIf(field, equals) if condition else None,
            maps_to=str(self.maps_to.data or "form"),
            services=self.services.chosen(),
            group=self.group.data or "",
            ask_again=self.ask_again.data or "always",
            ask_again_days=self._days(),
        )

    def _days(self) -> int | None:
        """The days where they count; what is no number is refused with those that are too few."""
        days: Any = self.ask_again_days.data
        if self.ask_again.data != "after_days" or days in (None, ""):
            return None
        return days if isinstance(days, int) else 0

    def refuse(self, invalid: FieldsInvalid) -> None:
        """Put what the design's rules say at the field it is about."""
        for problem in invalid.problems:
            # What is about another question is said at the first field of the page.
            is_here = self.key.data in (None, "", problem.key) and problem.about in NAMES
            self[NAMES[problem.about] if is_here else "label"].errors = [problem.sentence]


# Keys of [[intake]] -> the fields of the form.
NAMES = {
    name: name
    for name in (
        "key",
        "label",
        "type",
        "help",
        "group",
        "options",
        "services",
        "maps_to",
        "ask_again",
        "ask_again_days",
    )
}
NAMES["show_if"] = "condition"


def question_form(spec: FieldSpec | None, *, posted: bool = False) -> QuestionForm:
    """The form over a question, or over a new one; its lists hold what there is to choose now."""
    design = use_cases().designing.questions.design(current_clinic())
    values = {} if spec is None else shown_question(asdict(spec))
    values["revision"] = revision_of(design.values())
    form = QuestionForm(data=values) if posted else QuestionForm(formdata=None, data=values)
    if spec is not None:
        # They hang on answers already given, so what is posted for them does not count.
        form.key.data, form.type.data = spec.key, spec.type
    form.condition.choices = _conditions(design.fields, spec)
    form.maps_to.choices = _goals(str(form.maps_to.data or "form"))
    form.services.choices = with_missing(service_names(), form.services.data)
    return form


def shown_question(values: Any) -> dict[str, Any]:
    """A stored question as the form's values."""
    if not values:
        return {}
    condition = values["show_if"]
    return {
        **{name: values[name] for name in ("label", "key", "type", "help", "group", "required", "maps_to")},
        "ask_again": values["ask_again"],
        "ask_again_days": values["ask_again_days"],
        "options": "\n".join(values["options"]),
        "condition": f"{condition['field']}={condition['equals']}" if condition else "",
        "services": list(values["services"] or ()),
    }


def _conditions(specs: Sequence[FieldSpec], own: FieldSpec | None) -> dict[str, str]:
    """Every answer of every question with a closed list of them, but the question's own."""
    others = [spec for spec in specs if spec.choices and (own is None or spec.key != own.key)]
    answers = {
        f"{spec.key}={choice}": f"“{spec.label}” is “{label}”"
        for spec in others
        for choice, label in spec.kind.choices(spec.options).items()
    }
    return {"": "Always ask it", **answers}


def _goals(chosen: str) -> dict[str, str]:
    """The patient form alone, an attribute of the patient, or a custom field as Cliniko has them now."""
    attributes = {f"patient.{name}": f"Patient: {name.replace('_', ' ')}" for name in PATIENT_ATTRIBUTES}
    try:
        fields = use_cases().designing.questions.custom_fields(current_clinic())
        custom = {f"custom:{each.token}": f"Custom field: {each.section}, {each.name}" for each in fields}
    except RemoteFailure:
        custom = {}
    goals = {"form": "Nowhere else", **attributes, **custom}
    return goals if chosen in goals else {**goals, chosen: f"{chosen} (not in Cliniko now)"}
