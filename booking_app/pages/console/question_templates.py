"""Questions taken from a form template of Cliniko."""

from typing import cast

from flask import Response, abort, flash, redirect, url_for
from wtforms import HiddenField

from booking_app.clinics.staff import Role
from booking_app.core.failures import RemoteFailure
from booking_app.intake.fields import FieldsInvalid
from booking_app.pages.console.access import allow, author, current_clinic
from booking_app.pages.console.blueprint import blueprint
from booking_app.pages.console.forms import ConsoleForm
from booking_app.pages.console.page import show
from booking_app.pages.shared import use_cases
from booking_app.setup.design.starters import starters

UNREACHABLE = "Cliniko could not be asked just now whether its custom fields take the answers."


class TemplateForm(ConsoleForm):
    """The form template to take."""

    template = HiddenField()


@blueprint.get("/<slug>/question-templates", endpoint="questions_templates")
@allow(Role.DESIGNER)
def questions_templates(slug: str) -> Response:
    """The form templates of Cliniko."""
    try:
        templates, problem = use_cases().designing.questions.form_templates(current_clinic()), None
    except RemoteFailure as failure:
        templates, problem = (), f"Cliniko’s form templates could not be read just now. ({failure.code})"
    return show(
        "console/question_templates.html",
        title="Ready-made questions",
        templates=templates,
        problem=problem,
        form=TemplateForm(formdata=None),
        starters=starters(),
    )


@blueprint.post("/<slug>/question-starters", endpoint="questions_start")
@allow(Role.DESIGNER)
def questions_start(slug: str) -> Response:
    """Ask the starter questions of a profession."""
    try:
        count = use_cases().designing.questions.take_starters(
            author(), current_clinic(), str(TemplateForm().template.data)
        )
    except LookupError:
        abort(404)
    except FieldsInvalid as invalid:
        flash(f"Nothing was added. {invalid}", "lost")
        return cast(Response, redirect(url_for("console.questions_templates", slug=slug), code=303))
    flash(f"{count} questions were added at the end. Change, order or retire them as you like.", "quiet")
    return cast(Response, redirect(url_for("console.questions", slug=slug), code=303))


@blueprint.post("/<slug>/question-templates", endpoint="questions_take")
@allow(Role.DESIGNER)
def questions_take(slug: str) -> Response:
    """Ask what a template asks."""
    try:
        taken = use_cases().designing.questions.take_template(
            author(), current_clinic(), str(TemplateForm().template.data)
        )
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
