"""The questions of the fourth step: designed one by one, each shown as the patient will see it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from flask import Response, abort, flash, redirect, request, url_for
from wtforms import Form

from booking_app.clinics.revisions import ChangedMeanwhile, revision_of
from booking_app.clinics.staff import Role
from booking_app.core.failures import RemoteFailure
from booking_app.intake.field_kinds import KINDS
from booking_app.intake.fields import FieldsInvalid, FieldSpec
from booking_app.pages.console.access import allow, author, current_clinic, may
from booking_app.pages.console.blueprint import blueprint
from booking_app.pages.console.forms import ConsoleForm
from booking_app.pages.console.ordering import MoveForm, anchored
from booking_app.pages.console.page import show
from booking_app.pages.console.question_form import QuestionForm, question_form, shown_question
from booking_app.pages.console.readings import service_names
from booking_app.pages.shared import use_cases
from booking_app.pages.shared.intake_fields import conditions_of, field_for, field_name

UNREACHABLE = "Cliniko could not be asked just now whether this custom field takes the answers. Try again in a minute."


@blueprint.get("/<slug>/questions", endpoint="questions")
@allow(Role.RECEPTIONIST, Role.DESIGNER)
def questions(slug: str) -> Response:
    """Every question in order, and all of them as a patient sees them."""
    return _list()


@blueprint.get("/<slug>/new-question", endpoint="questions_new")
@allow(Role.DESIGNER)
def questions_new(slug: str) -> Response:
    """An empty form."""
    return _page(question_form(None), None)


@blueprint.post("/<slug>/new-question", endpoint="questions_add")
@allow(Role.DESIGNER)
def questions_add(slug: str) -> Response:
    """Ask one more."""
    form = question_form(None, posted=True)
    return _saved(form, None)


@blueprint.get("/<slug>/questions/<key>", endpoint="questions_edit")
@allow(Role.DESIGNER)
def questions_edit(slug: str, key: str) -> Response:
    """One question."""
    spec = _spec(key)
    return _page(question_form(spec), spec)


@blueprint.post("/<slug>/questions/<key>", endpoint="questions_save")
@allow(Role.DESIGNER)
def questions_save(slug: str, key: str) -> Response:
    """Change it; the next patient is asked it as it is now."""
    spec = _spec(key)
    form = question_form(spec, posted=True)
    return _saved(form, spec)


@blueprint.post("/<slug>/question-preview", endpoint="questions_preview")
@allow(Role.DESIGNER)
def questions_preview(slug: str) -> Response:
    """The form as it is being typed with the question as a patient will see it; nothing is stored."""
    key = request.args.get("of")
    spec = _spec(key) if key else None
    return _page(question_form(spec, posted=True), spec)


@blueprint.post("/<slug>/questions/<key>/move", endpoint="questions_move")
@allow(Role.DESIGNER)
def questions_move(slug: str, key: str) -> Response:
    """One place up or down."""
    use_cases().designing.questions.move(author(), current_clinic(), key, MoveForm().where())
    return anchored("questions", f"question-{key}")


@blueprint.post("/<slug>/questions/<key>/duplicate", endpoint="questions_duplicate")
@allow(Role.DESIGNER)
def questions_duplicate(slug: str, key: str) -> Response:
    """The same question once more, open to be changed."""
    copy = use_cases().designing.questions.duplicate(author(), current_clinic(), _spec(key).key)
    flash("This is the copy. Patients are asked it from now on; change it or retire it.", "quiet")
    return cast(Response, redirect(url_for("console.questions_edit", slug=slug, key=copy), code=303))


@blueprint.post("/<slug>/questions/<key>/retire", endpoint="questions_retire")
@allow(Role.DESIGNER)
def questions_retire(slug: str, key: str) -> Response:
    """Ask it no more."""
    try:
        use_cases().designing.questions.retire(author(), current_clinic(), key)
    except FieldsInvalid as invalid:
        flash(str(invalid), "lost")
        return cast(Response, redirect(url_for("console.questions_edit", slug=slug, key=key), code=303))
    flash("The question is retired. Answers given keep their meaning.", "quiet")
    return cast(Response, redirect(url_for("console.questions", slug=slug), code=303))


def _saved(form: QuestionForm, spec: FieldSpec | None) -> Response:
    if not form.validate():
        return _page(form, spec, status=422)
    designing, clinic = use_cases().designing.questions, current_clinic()
    try:
        if spec is None:
            key = designing.add(author(), clinic, form.to_spec(), revision=form.revision.data)
        else:
            designing.save(author(), clinic, form.to_spec(), revision=form.revision.data)
            key = spec.key
    except FieldsInvalid as invalid:
        form.refuse(invalid)
        return _page(form, spec, status=422)
    except RemoteFailure:
        form.maps_to.errors = [UNREACHABLE]
        return _page(form, spec, status=422)
    except ChangedMeanwhile as changed:
        theirs = ChangedMeanwhile({**changed.current, **shown_question(changed.current.get(str(form.key.data)))})
        conflict = form.meet(theirs)
        form.revision.data = revision_of(changed.current)
        return _page(form, spec, status=409, conflict=conflict, is_behind=True)
    flash("Saved. The next patient is asked it like this.", "quiet")
    return anchored("questions", f"question-{key}")


def _spec(key: str) -> FieldSpec:
    spec = use_cases().designing.questions.design(current_clinic()).find(key)
    if spec is None:
        abort(404)
    return spec


def _list() -> Response:
    design = use_cases().designing.questions.design(current_clinic())
    names = service_names()
    return show(
        "console/questions.html",
        title="Questions",
        lines=[(spec, _facts(spec, names)) for spec in design.fields],
        preview=_preview(design.fields),
        move=MoveForm(formdata=None),
        is_editor=may(Role.DESIGNER),
    )


def _facts(spec: FieldSpec, names: dict[str, str]) -> str:
    asked = "for every service" if spec.services is None else ", ".join(names.get(one, one) for one in spec.services)
    goal = None if spec.maps_to == "form" else f"to {spec.maps_to.replace('patient.', 'the patient’s ').split(':')[0]}"
    facts = (spec.kind.title, "required" if spec.required else None, asked, goal)
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
        has_choices=[name for name, kind in KINDS.items() if kind.takes_options],
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
    needs_choice = spec.kind.takes_options and not spec.options
    return replace(spec, options=("…",)) if needs_choice else spec
