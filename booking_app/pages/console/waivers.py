"""What patients agree to and sign: written here, looked at as page and as PDF, published as exact versions."""

from collections.abc import Sequence
from typing import Any, cast

from flask import Response, abort, flash, make_response, redirect, request, url_for
from markupsafe import Markup

from booking_app.clinics.revisions import ChangedMeanwhile
from booking_app.clinics.staff import Role
from booking_app.intake.documents import DocumentsUnavailable
from booking_app.intake.waiver_text import WaiverInvalid
from booking_app.pages.console.access import allow, author, current_clinic, may
from booking_app.pages.console.blueprint import blueprint
from booking_app.pages.console.forms import ConsoleForm
from booking_app.pages.console.ordering import MoveForm, anchored
from booking_app.pages.console.page import show
from booking_app.pages.console.readings import service_names
from booking_app.pages.console.waiver_form import CAUTIONS, KIND_NAMES, SIGNATURES, WaiverForm, waiver_form
from booking_app.pages.shared import use_cases
from booking_app.setup.design.starters import waiver_templates
from booking_app.setup.design.waivers import WaiverState
from booking_app.setup.design.wording import difference

LAWYER = (
    "Have a lawyer read the text before you publish it. The samples that ship with this product are no legal advice."
)
PUBLISHED = "Published. The next patient is asked for this text; earlier versions stay as they were signed."


@blueprint.get("/<slug>/waivers", endpoint="waivers")
@allow(Role.RECEPTIONIST)
def waivers(slug: str) -> Response:
    """Every waiver in use or being written."""
    names = service_names()
    return show(
        "console/waivers.html",
        title="Waivers",
        lines=[(state, _facts(state, names)) for state in use_cases().designing.waivers.waivers(current_clinic())],
        move=MoveForm(formdata=None),
        is_editor=may(Role.MANAGER),
        lawyer=LAWYER,
    )


@blueprint.get("/<slug>/new-waiver", endpoint="waivers_new")
@allow(Role.MANAGER)
def waivers_new(slug: str) -> Response:
    """An empty form, or one with a text to begin with."""
    form = waiver_form(None)
    template = next((each for each in waiver_templates() if each.kind == request.args.get("template")), None)
    if template is not None:
        keys = [spec.key for spec in use_cases().designing.questions.design(current_clinic()).fields]
        form.title.data, form.kind.data = template.title, template.kind
        form.body.data = template.body_for(current_clinic().name, keys)
    return _page(form, None)


@blueprint.post("/<slug>/new-waiver", endpoint="waivers_add")
@allow(Role.MANAGER)
def waivers_add(slug: str) -> Response:
    """Begin a waiver; patients see nothing of it before it is published."""
    return _saved(waiver_form(None, posted=True), None)


@blueprint.get("/<slug>/waivers/<key>", endpoint="waivers_edit")
@allow(Role.RECEPTIONIST)
def waivers_edit(slug: str, key: str) -> Response:
    """One waiver: the text written last, and how it looks."""
    state = _state(key)
    return _page(waiver_form(state), state)


@blueprint.post("/<slug>/waivers/<key>", endpoint="waivers_save")
@allow(Role.MANAGER)
def waivers_save(slug: str, key: str) -> Response:
    """Keep the text as a draft; title, kind, signature and services count at once."""
    state = _state(key)
    return _saved(waiver_form(state, posted=True), state)


@blueprint.post("/<slug>/waiver-preview", endpoint="waivers_preview")
@allow(Role.MANAGER)
def waivers_preview(slug: str) -> Response:
    """The form as it is being written with the text as step 4 shows it; nothing is stored."""
    key = request.args.get("of")
    state = _state(key) if key else None
    return _page(waiver_form(state, posted=True), state)


@blueprint.get("/<slug>/waivers/<key>/sample.pdf", endpoint="waivers_sample")
@allow(Role.RECEPTIONIST)
def waivers_sample(slug: str, key: str) -> Response:
    """The text written last as the PDF that a patient’s signature would make, with an invented person."""
    state = _state(key)
    try:
        content = use_cases().designing.samples.document(current_clinic(), state.spec)
    except (WaiverInvalid, DocumentsUnavailable) as error:
        flash(str(error), "lost")
        return _to(state.spec.key)
    response = make_response(content)
    response.content_type = "application/pdf"
    response.headers["Content-Disposition"] = 'inline; filename="sample.pdf"'
    return response


@blueprint.post("/<slug>/waivers/<key>/publish", endpoint="waivers_publish")
@allow(Role.MANAGER)
def waivers_publish(slug: str, key: str) -> Response:
    """Keep what is on the screen and ask patients for it."""
    state = _state(key)
    return _saved(waiver_form(state, posted=True), state, is_published=True)


@blueprint.post("/<slug>/waivers/<key>/retire", endpoint="waivers_retire")
@allow(Role.MANAGER)
def waivers_retire(slug: str, key: str) -> Response:
    """Ask for it no more."""
    state = _state(key)
    use_cases().designing.waivers.retire(author(), current_clinic(), state.spec.key)
    flash("The waiver is retired. What was signed stays.", "quiet")
    return cast(Response, redirect(url_for("console.waivers", slug=slug), code=303))


@blueprint.post("/<slug>/waivers/<key>/move", endpoint="waivers_move")
@allow(Role.MANAGER)
def waivers_move(slug: str, key: str) -> Response:
    """One place up or down."""
    use_cases().designing.waivers.move(author(), current_clinic(), _state(key).spec.key, MoveForm().where())
    return anchored("waivers", f"waiver-{key}")


@blueprint.get("/<slug>/waivers/<key>/versions/<sha256>", endpoint="waivers_version")
@allow(Role.RECEPTIONIST)
def waivers_version(slug: str, key: str, sha256: str) -> Response:
    """One exact version: what changed in it, and who signed it."""
    state = _state(key)
    version = state.version(sha256)
    if version is None:
        abort(404)
    older = state.versions[state.versions.index(version) + 1 :]
    before = older[0] if older else None
    return show(
        "console/waiver_version.html",
        title=state.spec.title,
        state=state,
        version=version,
        changes=difference(before.body, version.body) if before else (),
        is_first=before is None,
        signings=use_cases().designing.waivers.signings(current_clinic(), sha256),
        **_preview(version.body),
    )


def _saved(form: WaiverForm, state: WaiverState | None, *, is_published: bool = False) -> Response:
    if not form.validate():
        return _page(form, state, status=422)
    design, clinic, spec = use_cases().designing.waivers, current_clinic(), form.to_spec()
    try:
        if state is None:
            return _added(design.add(author(), clinic, spec))
        if is_published:
            design.publish_as_written(author(), clinic, spec, revision=form.revision.data)
        else:
            design.save(author(), clinic, spec, revision=form.revision.data)
    except WaiverInvalid as invalid:
        form[invalid.about].errors = [str(invalid)]
        return _page(form, state, status=422)
    except ChangedMeanwhile as changed:
        return _page(form, state, status=409, conflict=form.meet(changed))
    flash(PUBLISHED if is_published else "Saved. The text is a draft until you publish it.", "quiet")
    return _to(spec.key)


def _added(key: str) -> Response:
    flash("Saved. The text is a draft until you publish it.", "quiet")
    return _to(key)


def _state(key: str) -> WaiverState:
    state = use_cases().designing.waivers.waiver(current_clinic(), key)
    if state is None:
        abort(404)
    return state


def _page(form: WaiverForm, state: WaiverState | None, *, status: int = 200, conflict: Any = None) -> Response:
    draft, current = (state.spec.body, state.current) if state else ("", None)
    return show(
        "console/waiver.html",
        title=state.spec.title if state else "New waiver",
        status=status,
        form=form,
        conflict=conflict,
        state=state,
        kinds=[(KIND_NAMES[kind], CAUTIONS[kind]) for kind in KIND_NAMES],
        lawyer=LAWYER,
        plain=ConsoleForm(formdata=None),
        templates=waiver_templates() if state is None else (),
        quotable=use_cases().designing.questions.design(current_clinic()).fields,
        changes=difference(current.body, draft) if state and state.has_draft and current else (),
        is_editor=may(Role.MANAGER),
        urls=_urls(state),
        **_preview(str(form.body.data or "")),
    )


def _urls(state: WaiverState | None) -> dict[str, str]:
    """Where the form goes to be saved, and to be looked at."""
    slug = current_clinic().slug
    if state is None:
        save = url_for("console.waivers_add", slug=slug)
    else:
        save = url_for("console.waivers_save", slug=slug, key=state.spec.key)
    return {
        "save": save,
        "preview": url_for("console.waivers_preview", slug=slug, of=state.spec.key if state else None),
    }


def _preview(body: str) -> dict[str, Any]:
    """The text as a page, or what stands in its way."""
    try:
        # The package that stores waivers cleans this HTML down to an allow-list of tags.
        html = Markup(use_cases().designing.samples.page(current_clinic(), body))  # noqa: S704
        return {"preview": html, "preview_problem": None}
    except WaiverInvalid as invalid:
        return {"preview": None, "preview_problem": str(invalid)}


def _facts(state: WaiverState, names: dict[str, str]) -> Sequence[str]:
    services = state.spec.services
    return (
        KIND_NAMES[state.spec.kind],
        SIGNATURES[state.spec.signature],
        "for every service" if services is None else ", ".join(names.get(one, one) for one in services),
    )


def _to(key: str) -> Response:
    return cast(Response, redirect(url_for("console.waivers_edit", slug=current_clinic().slug, key=key), code=303))
