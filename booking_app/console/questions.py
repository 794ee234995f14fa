"""The questions of the fourth step: designed one by one, each shown as the patient will see it."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any, cast

from flask import Response, abort, flash, redirect, request, url_for
from wtforms import BooleanField, Form, HiddenField, SelectField, StringField, TextAreaField

from booking_app.clinic_file.schema import IntakeEntry
from booking_app.clinics.revisions import ChangedMeanwhile, revision_of
from booking_app.clinics.staff import Role
from booking_app.console.access import allow, author, current_clinic, may
from booking_app.console.blueprint import blueprint
from booking_app.console.forms import ConsoleForm
from booking_app.console.keys import Key, ServicesField, cleaned, with_missing
from booking_app.console.ordering import MoveForm, anchored
from booking_app.console.page import show
from booking_app.console.saving import SavingForm
from booking_app.failures import RemoteFailure
from booking_app.intake.fields import CHOICE_TYPES, TYPES, FieldsInvalid, FieldSpec, ShowIf
from booking_app.intake.mapping import PATIENT_ATTRIBUTES
from booking_app.web import front
from booking_app.web.intake_fields import LABELS, conditions_of, field_for, field_name

TYPE_NAMES = {
    "text": "One line", "long_text": "Several lines", "email": "Email address", "phone": "Phone number",
    "number": "Number", "date": "Date", "select": "Choice from a list", "radio": "Choice, all shown",
    "checkboxes": "Several to tick", "yes_no": "Yes or no",
}  # fmt: skip
UNREACHABLE = "Cliniko could not be asked just now whether this custom field takes the answers. Try again in a minute."


class QuestionForm(SavingForm):
    """One question. The names are those of [[intake]] in the clinic's file, or begin like them."""

    label = StringField("Question", [Key(IntakeEntry, "label")], filters=cleaned())
    key = StringField(
        "Key", [Key(IntakeEntry, "key")], filters=cleaned(),
        description="Its own short name, for conditions and waivers: small letters, digits and underscores. "
        "It cannot be changed later.",
    )  # fmt: skip
    type = SelectField("How it is answered", choices={name: TYPE_NAMES[name] for name in TYPES})
    options = TextAreaField("Choices", filters=cleaned(), description="One a line, for questions with choices.",
                            render_kw={"rows": 5})  # fmt: skip
    help = TextAreaField("Hint", [Key(IntakeEntry, "help")], filters=cleaned(), render_kw={"rows": 2})
    group = StringField(
        "Heading above it", [Key(IntakeEntry, "group")], filters=cleaned(),
        description="Questions one after another with the same heading stand together under it.",
    )  # fmt: skip
    required = BooleanField("It must be answered")
    condition = SelectField("Ask it only if", default="")
    maps_to = SelectField("Where the answer goes besides the patient form", default="form")
    services = ServicesField("Asked for", description="None ticked: for every service.")

    def to_spec(self) -> FieldSpec:
        """The question as it was typed."""
        condition = str(self.condition.data or "")
        field, _, equals = condition.partition("=")
        return FieldSpec(
            key=str(self.key.data or ""),
            label=str(self.label.data or ""),
            type=self.type.data,
            required=bool(self.required.data),
            help=self.help.data or "",
            options=tuple(line.strip() for line in (self.options.data or "").splitlines() if line.strip()),
            show_if=ShowIf(field, equals) if condition else None,
            maps_to=str(self.maps_to.data or "form"),
            services=self.services.chosen(),
            group=self.group.data or "",
        )

    def refuse(self, invalid: FieldsInvalid) -> None:
        """Put what the design's rules say at the field it is about."""
        for _, sentence in invalid.problems:
            field = next((self[name] for words, name in BLAMED.items() if words in sentence), self.key)
            field.errors = [sentence]


# Words of the rules' sentences -> the field they are about.
BLAMED = {
    "depends": "condition", "waits for": "condition", "custom field": "maps_to", "maps": "maps_to", "ption": "options",
    "label": "label", "key": "key",
}  # fmt: skip


class TemplateForm(ConsoleForm):
    """The form template to take."""

    template = HiddenField()


@blueprint.get("/<slug>/questions", endpoint="questions")
@allow(Role.RECEPTIONIST)
def questions(slug: str) -> Response:
    """Every question in order, and all of them as a patient sees them."""
    return _list()


@blueprint.get("/<slug>/questions/new", endpoint="questions_new")
@allow(Role.MANAGER)
def questions_new(slug: str) -> Response:
    """An empty form."""
    return _page(_form(None), None)


@blueprint.post("/<slug>/questions/new", endpoint="questions_add")
@allow(Role.MANAGER)
def questions_add(slug: str) -> Response:
    """Ask one more."""
    form = _form(None, posted=True)
    return _saved(form, None)


@blueprint.get("/<slug>/questions/<key>", endpoint="questions_edit")
@allow(Role.MANAGER)
def questions_edit(slug: str, key: str) -> Response:
    """One question."""
    spec = _spec(key)
    return _page(_form(spec), spec)


@blueprint.post("/<slug>/questions/<key>", endpoint="questions_save")
@allow(Role.MANAGER)
def questions_save(slug: str, key: str) -> Response:
    """Change it; the next patient is asked it as it is now."""
    spec = _spec(key)
    form = _form(spec, posted=True)
    return _saved(form, spec)


@blueprint.post("/<slug>/questions/preview", endpoint="questions_preview")
@allow(Role.MANAGER)
def questions_preview(slug: str) -> Response:
    """The form as it is being typed with the question as a patient will see it; nothing is stored."""
    key = request.args.get("of")
    spec = _spec(key) if key else None
    return _page(_form(spec, posted=True), spec)


@blueprint.post("/<slug>/questions/<key>/move", endpoint="questions_move")
@allow(Role.MANAGER)
def questions_move(slug: str, key: str) -> Response:
    """One place up or down."""
    front().designing.questions.move(author(), current_clinic(), key, MoveForm().where())
    return anchored("questions", f"question-{key}")


@blueprint.post("/<slug>/questions/<key>/retire", endpoint="questions_retire")
@allow(Role.MANAGER)
def questions_retire(slug: str, key: str) -> Response:
    """Ask it no more."""
    try:
        front().designing.questions.retire(author(), current_clinic(), key)
    except FieldsInvalid as invalid:
        flash(str(invalid), "lost")
        return cast(Response, redirect(url_for("console.questions_edit", slug=slug, key=key), code=303))
    flash("The question is retired. Answers given keep their meaning.", "quiet")
    return cast(Response, redirect(url_for("console.questions", slug=slug), code=303))


@blueprint.get("/<slug>/questions/templates", endpoint="questions_templates")
@allow(Role.MANAGER)
def questions_templates(slug: str) -> Response:
    """The form templates of Cliniko."""
    try:
        templates, problem = front().designing.questions.form_templates(current_clinic()), None
    except RemoteFailure as failure:
        templates, problem = (), f"Cliniko’s form templates could not be read just now. ({failure.code})"
    return show(
        "console/question_templates.html",
        title="Take questions from Cliniko",
        templates=templates,
        problem=problem,
        form=TemplateForm(formdata=None),
    )


@blueprint.post("/<slug>/questions/templates", endpoint="questions_take")
@allow(Role.MANAGER)
def questions_take(slug: str) -> Response:
    """Ask what a template asks."""
    try:
        taken = front().designing.questions.take_template(author(), current_clinic(), str(TemplateForm().template.data))
    except LookupError:
        flash("Cliniko does not have that template any more.", "lost")
        return cast(Response, redirect(url_for("console.questions_templates", slug=slug), code=303))
    except (RemoteFailure, FieldsInvalid) as error:
        flash(f"Nothing was taken. {error if isinstance(error, FieldsInvalid) else UNREACHABLE}", "lost")
        return cast(Response, redirect(url_for("console.questions_templates", slug=slug), code=303))
    flash(f"{len(taken.fields)} questions were added at the end.", "quiet")
    if taken.left_out:
        flash(f"Left out, because they cannot be asked here: {', '.join(taken.left_out)}.", "quiet")
    return cast(Response, redirect(url_for("console.questions", slug=slug), code=303))


def _saved(form: QuestionForm, spec: FieldSpec | None) -> Response:
    if not form.validate():
        return _page(form, spec, status=422)
    designing, clinic = front().designing.questions, current_clinic()
    store = designing.add if spec is None else designing.save
    try:
        store(author(), clinic, form.to_spec(), revision=form.revision.data)
    except FieldsInvalid as invalid:
        form.refuse(invalid)
        return _page(form, spec, status=422)
    except RemoteFailure:
        form.maps_to.errors = [UNREACHABLE]
        return _page(form, spec, status=422)
    except ChangedMeanwhile as changed:
        theirs = ChangedMeanwhile({**changed.current, **_shown(changed.current.get(str(form.key.data)))})
        conflict = form.meet(theirs)
        form.revision.data = revision_of(changed.current)
        return _page(form, spec, status=409, conflict=conflict, is_behind=True)
    flash("Saved. The next patient is asked it like this.", "quiet")
    return anchored("questions", f"question-{form.key.data}")


def _spec(key: str) -> FieldSpec:
    spec = front().designing.questions.design(current_clinic()).find(key)
    if spec is None:
        abort(404)
    return spec


def _form(spec: FieldSpec | None, *, posted: bool = False) -> QuestionForm:
    """The form over a question, or over a new one; its lists hold what there is to choose now."""
    design = front().designing.questions.design(current_clinic())
    values = {} if spec is None else _shown(asdict(spec))
    values["revision"] = revision_of(design.values())
    form = QuestionForm(data=values) if posted else QuestionForm(formdata=None, data=values)
    if spec is not None:
        # They hang on answers already given, so what is posted for them does not count.
        form.key.data, form.type.data = spec.key, spec.type
    form.condition.choices = _conditions(design.fields, spec)
    form.maps_to.choices = _goals(str(form.maps_to.data or "form"))
    form.services.choices = with_missing(_service_names(), form.services.data)
    return form


def _shown(values: Any) -> dict[str, Any]:
    """A stored question as the form's values."""
    if not values:
        return {}
    condition = values["show_if"]
    return {
        **{name: values[name] for name in ("label", "key", "type", "help", "group", "required", "maps_to")},
        "options": "\n".join(values["options"]),
        "condition": f"{condition['field']}={condition['equals']}" if condition else "",
        "services": list(values["services"] or ()),
    }


def _conditions(specs: Sequence[FieldSpec], own: FieldSpec | None) -> dict[str, str]:
    """Every answer of every question with a closed list of them, but the question's own."""
    others = [spec for spec in specs if spec.choices and (own is None or spec.key != own.key)]
    answers = {
        f"{spec.key}={choice}": f"“{spec.label}” is “{LABELS.get(choice, choice)}”"
        for spec in others
        for choice in spec.choices
    }
    return {"": "Always ask it", **answers}


def _goals(chosen: str) -> dict[str, str]:
    """The patient form alone, an attribute of the patient, or a custom field as Cliniko has them now."""
    attributes = {f"patient.{name}": f"Patient: {name.replace('_', ' ')}" for name in PATIENT_ATTRIBUTES}
    try:
        fields = front().designing.questions.custom_fields(current_clinic())
        custom = {f"custom:{each.token}": f"Custom field: {each.section}, {each.name}" for each in fields}
    except RemoteFailure:
        custom = {}
    goals = {"form": "Nowhere else", **attributes, **custom}
    return goals if chosen in goals else {**goals, chosen: f"{chosen} (not in Cliniko now)"}


def _service_names() -> dict[str, str]:
    shelves = front().designing.services.shelves(current_clinic())
    return shelves.service_names() if shelves else {}


def _list() -> Response:
    design = front().designing.questions.design(current_clinic())
    names = _service_names()
    return show(
        "console/questions.html",
        title="Questions",
        lines=[(spec, _facts(spec, names)) for spec in design.fields],
        preview=_preview(design.fields),
        move=MoveForm(formdata=None),
        is_editor=may(Role.MANAGER),
    )


def _facts(spec: FieldSpec, names: dict[str, str]) -> str:
    asked = "for every service" if spec.services is None else ", ".join(names.get(one, one) for one in spec.services)
    goal = None if spec.maps_to == "form" else f"to {spec.maps_to.replace('patient.', 'the patient’s ').split(':')[0]}"
    facts = (TYPE_NAMES[spec.type], "required" if spec.required else None, asked, goal)
    return " · ".join(fact for fact in facts if fact)


def _page(
    form: QuestionForm, spec: FieldSpec | None, *, status: int = 200, conflict: Any = None, is_behind: bool = False
) -> Response:
    # A key that is still being typed may not do as a name.
    typed = replace(form.to_spec(), key="preview", show_if=None)
    return show(
        "console/question.html",
        title=spec.label if spec else "New question",
        status=status,
        form=form,
        spec=spec,
        conflict=conflict,
        is_behind=is_behind,
        preview=_preview([typed] if typed.label else []),
        has_choices=(*CHOICE_TYPES,),
        plain=ConsoleForm(formdata=None),
        urls=_urls(spec),
    )


def _urls(spec: FieldSpec | None) -> dict[str, str]:
    """Where the form goes to be saved, and to be looked at."""
    slug = current_clinic().slug
    if spec is None:
        save = url_for("console.questions_add", slug=slug)
    else:
        save = url_for("console.questions_save", slug=slug, key=spec.key)
    return {"save": save, "preview": url_for("console.questions_preview", slug=slug, of=spec.key if spec else None)}


def _preview(specs: Sequence[FieldSpec]) -> dict[str, Any]:
    """The questions as fields of a form that is never sent."""
    fields = {field_name(spec.key): field_for(_showable(spec)) for spec in specs}
    form = cast(Form, type("PreviewForm", (Form,), fields)())
    return {
        "fields": [(spec, form[field_name(spec.key)]) for spec in specs],
        "conditions": conditions_of(specs),
    }


def _showable(spec: FieldSpec) -> FieldSpec:
    """A question that is still being written may have no choice yet."""
    needs_choice = spec.type in CHOICE_TYPES and not spec.options
    return replace(spec, options=("…",)) if needs_choice else spec
