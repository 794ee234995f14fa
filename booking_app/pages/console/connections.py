"""Where bookings and contacts go: the key to Cliniko, and the clinic's CRMs and webhooks."""

import json
from dataclasses import dataclass
from typing import Any, cast

from flask import Response, abort, flash, redirect, url_for

from booking_app.clinics.models import Connection
from booking_app.clinics.revisions import ChangedMeanwhile, revision_of
from booking_app.clinics.staff import Role
from booking_app.crm.sync.connecting import DryRun, SchemaPlan, Tested
from booking_app.crm.vendors.meanings import meaning_of
from booking_app.crm.vendors.registered import SPECS, WEBHOOK
from booking_app.pages.console.access import allow, author, current_clinic, may
from booking_app.pages.console.blueprint import blueprint
from booking_app.pages.console.crm_forms import (
    ConnectionForm,
    SecretForm,
    connection_form,
    form_values,
    new_connection_form,
)
from booking_app.pages.console.page import show
from booking_app.pages.console.past_bookings import PastForm, beginning_of, shown_past
from booking_app.pages.console.saving import Difference
from booking_app.pages.shared import use_cases
from booking_app.setup.checking import SettingsInvalid
from booking_app.setup.crm import BY_STAFF, new_webhook_secret, settings_of

# What is about one connection begins so; `<int:connection_id>` is ours, not the vendor's.
ONE = "/<slug>/connections/<int:connection_id>"


@dataclass(frozen=True)
class ShownConnection:
    """A line of the list. `why` says why it is paused."""

    id: int
    title: str
    is_active: bool
    why: str


@blueprint.get("/<slug>/connections", endpoint="connections")
@allow(Role.MANAGER)
def connections(slug: str) -> Response:
    """All of them; asks nobody."""
    setup, clinic = use_cases().setup, current_clinic()
    return show(
        "console/connections.html",
        title="Connections",
        cliniko=setup.key.stored(clinic),
        connections=[_shown(row) for row in setup.crm.all(clinic)],
        vendors=[(spec.name, spec.title) for spec in SPECS.values()],
    )


@blueprint.get("/<slug>/connections/new/<vendor>", endpoint="connections_new")
@allow(Role.OWNER)
def new(slug: str, vendor: str) -> Response:
    """The form of a vendor that is to be added."""
    form = _new_form(vendor)()
    if vendor == WEBHOOK:
        form["secret"].data = new_webhook_secret()
    return _show_new(vendor, form)


@blueprint.post("/<slug>/connections/new/<vendor>", endpoint="connections_add")
@allow(Role.OWNER)
def add(slug: str, vendor: str) -> Response:
    """Add it, and test it on its own page."""
    form = _new_form(vendor)()
    if not form.validate():
        return _show_new(vendor, form, status=422)
    try:
        added = use_cases().setup.crm.add(
            author(), current_clinic(), vendor, form.raw(), str(form["secret"].data or "")
        )
    except SettingsInvalid as invalid:
        form.blame(invalid.problems)
        return _show_new(vendor, form, status=422)
    flash("Added. Test it now: nothing was sent yet.", "quiet")
    return cast(Response, redirect(url_for("console.connections_one", slug=slug, connection_id=added), code=303))


@blueprint.get(ONE, endpoint="connections_one")
@allow(Role.MANAGER)
def one(slug: str, connection_id: int) -> Response:
    """A connection's settings, and what can be done with it."""
    return _show_one(_found(connection_id))


@blueprint.post(ONE, endpoint="connections_save")
@allow(Role.OWNER)
def save(slug: str, connection_id: int) -> Response:
    """Everything but the token."""
    row = _found(connection_id)
    form = connection_form(row.vendor)()
    if not form.validate():
        return _show_one(row, form=form, status=422)
    revision = str(form.revision.data)
    try:
        use_cases().setup.crm.save(author(), current_clinic(), row.id, form.raw(), revision=revision)
    except SettingsInvalid as invalid:
        form.blame(invalid.problems)
        return _show_one(row, form=form, status=422)
    except ChangedMeanwhile as changed:
        return _show_one(row, form=form, conflict=form.meet(changed), status=409)
    return _back(slug, row.id, "Saved. Anything waiting for this continues by itself.")


@blueprint.post(f"{ONE}/test", endpoint="connections_test")
@allow(Role.MANAGER)
def test(slug: str, connection_id: int) -> Response:
    """Ask whose token it is; a webhook is sent a test message."""
    row = _found(connection_id)
    return _show_one(row, tested=use_cases().connecting.test_connection(row.id))


@blueprint.post(f"{ONE}/fields", endpoint="connections_fields")
@allow(Role.MANAGER)
def fields(slug: str, connection_id: int) -> Response:
    """Which of our fields the account has; only reads."""
    row = _found(connection_id)
    return _show_one(row, plan=use_cases().connecting.plan_schema(row.id))


@blueprint.post(f"{ONE}/dry-run", endpoint="connections_dry_run")
@allow(Role.MANAGER)
def dry_run(slug: str, connection_id: int) -> Response:
    """The calls that an invented booking would cause; sends nothing."""
    row = _found(connection_id)
    return _show_one(row, dry=use_cases().connecting.dry_run(row.id))


@blueprint.post(f"{ONE}/fields/make", endpoint="connections_make_fields")
@allow(Role.OWNER)
def make_fields(slug: str, connection_id: int) -> Response:
    """Make our missing fields in the account."""
    row = _found(connection_id)
    return _show_one(row, plan=use_cases().connecting.apply_schema(row.id), has_made=True)


@blueprint.post(f"{ONE}/backfill", endpoint="connections_backfill")
@allow(Role.OWNER)
def backfill(slug: str, connection_id: int) -> Response:
    """Have past bookings sent by a worker."""
    row, form = _found(connection_id), PastForm()
    if not form.validate():
        return _show_one(row, past_form=form, status=422)
    use_cases().backfill.start(row.id, since=beginning_of(form.since.data, current_clinic()), author=author())
    return _back(slug, row.id)


@blueprint.post(f"{ONE}/token", endpoint="connections_token")
@allow(Role.OWNER)
def token(slug: str, connection_id: int) -> Response:
    """Another token in place of the one before."""
    row = _found(connection_id)
    form = SecretForm()
    if not form.validate():
        return _show_one(row, secret_form=form, status=422)
    try:
        use_cases().setup.crm.replace_secret(author(), current_clinic(), row.id, str(form.secret.data))
    except SettingsInvalid:
        form.secret.errors = ["Copy the token whole"]
        return _show_one(row, secret_form=form, status=422)
    return _back(slug, row.id, "The token is saved and encrypted. Test it now.")


@blueprint.post(f"{ONE}/rotate", endpoint="connections_rotate")
@allow(Role.OWNER)
def rotate(slug: str, connection_id: int) -> Response:
    """A new webhook secret, shown this once; both are good until the rotation is ended."""
    row = _found(connection_id)
    try:
        fresh = use_cases().setup.crm.begin_rotation(author(), current_clinic(), row.id)
    except LookupError:
        abort(404)
    return _show_one(_found(connection_id), fresh_secret=fresh)


@blueprint.post(f"{ONE}/rotate/end", endpoint="connections_rotate_end")
@allow(Role.OWNER)
def rotate_end(slug: str, connection_id: int) -> Response:
    """The old secret ends."""
    try:
        use_cases().setup.crm.end_rotation(author(), current_clinic(), connection_id)
    except LookupError:
        abort(404)
    return _back(slug, connection_id, "The old secret no longer works.")


@blueprint.post(f"{ONE}/pause", endpoint="connections_pause")
@allow(Role.OWNER)
def pause(slug: str, connection_id: int) -> Response:
    """Send nothing for now."""
    use_cases().setup.crm.pause(author(), current_clinic(), _found(connection_id).id)
    return _back(slug, connection_id, "Paused. Anything due to go there will wait.")


@blueprint.post(f"{ONE}/resume", endpoint="connections_resume")
@allow(Role.OWNER)
def resume(slug: str, connection_id: int) -> Response:
    """Go on."""
    use_cases().setup.crm.resume(author(), current_clinic(), _found(connection_id).id)
    return _back(slug, connection_id, "Running again, starting with what was waiting.")


@blueprint.post(f"{ONE}/remove", endpoint="connections_remove")
@allow(Role.OWNER)
def remove(slug: str, connection_id: int) -> Response:
    """Forget it and its token."""
    use_cases().setup.crm.remove(author(), current_clinic(), _found(connection_id).id)
    flash("The connection and its token are gone from here.", "quiet")
    return cast(Response, redirect(url_for("console.connections", slug=slug), code=303))


def _found(connection_id: int) -> Connection:
    try:
        return use_cases().setup.crm.get(current_clinic(), connection_id)
    except LookupError:
        abort(404)


def _new_form(vendor: str) -> type[ConnectionForm]:
    if vendor not in SPECS:
        abort(404)
    return new_connection_form(vendor)


def _back(slug: str, connection_id: int, said: str = "") -> Response:
    if said:
        flash(said, "quiet")
    return cast(
        Response, redirect(url_for("console.connections_one", slug=slug, connection_id=connection_id), code=303)
    )


def _shown(row: Connection) -> ShownConnection:
    return ShownConnection(row.id, SPECS[row.vendor].title, row.state == "active", _why(row))


def _why(row: Connection) -> str:
    if row.state == "active":
        return ""
    if row.paused_code == BY_STAFF:
        return "Paused by one of you."
    meaning = meaning_of(row.paused_code or "", row.vendor)
    return f"{meaning.sentence} Enter a new token below." if meaning else f"It was refused ({row.paused_code})."


def _show_new(vendor: str, form: ConnectionForm, *, status: int = 200) -> Response:
    return show(
        "console/connection_new.html", title=f"Add {SPECS[vendor].title}", status=status, form=form, vendor=vendor,
        name=SPECS[vendor].title,
    )  # fmt: skip


def _show_one(
    row: Connection, *, status: int = 200, form: ConnectionForm | None = None, secret_form: SecretForm | None = None,
    conflict: list[Difference] | None = None, tested: Tested | None = None, plan: SchemaPlan | None = None,
    has_made: bool = False, fresh_secret: str = "", dry: DryRun | None = None, past_form: PastForm | None = None,
) -> Response:  # fmt: skip
    values: dict[str, Any] = settings_of(row)
    filled = form or connection_form(row.vendor)(
        formdata=None, data={**form_values(values), "revision": revision_of(values)}
    )
    return show(
        "console/connection.html",
        title=SPECS[row.vendor].title,
        status=status,
        connection=_shown(row),
        is_webhook=row.vendor == WEBHOOK,
        is_rotating=use_cases().setup.crm.is_rotating(row),
        form=filled,
        secret_form=secret_form or SecretForm(formdata=None),
        conflict=conflict,
        tested=tested,
        plan=plan,
        has_made=has_made,
        dry=dry,
        bodies=[json.dumps(call.body, indent=2, ensure_ascii=False) for call in dry.calls] if dry else [],
        fresh_secret=fresh_secret,
        past=shown_past(row, current_clinic()),
        past_form=past_form or PastForm(formdata=None),
        may_own=may(Role.OWNER),
    )
