"""The key to Cliniko: tried at once, explained, kept sealed and never shown again."""

from typing import cast

from flask import Response, flash, redirect, url_for
from wtforms import BooleanField, PasswordField, StringField
from wtforms.validators import InputRequired

from booking_app.clinics.revisions import ChangedMeanwhile, revision_of
from booking_app.clinics.staff import Role
from booking_app.pages.console.access import allow, author, current_clinic, may
from booking_app.pages.console.blueprint import blueprint
from booking_app.pages.console.forms import ConsoleForm
from booking_app.pages.console.page import show
from booking_app.pages.console.saving import Difference
from booking_app.pages.console.setting_fields import SettingsForm
from booking_app.pages.shared import use_cases
from booking_app.pms.rights import Area
from booking_app.setup.checking import SettingsInvalid
from booking_app.setup.key import KeyReport, OtherAccount

OTHER_ACCOUNT = (
    "This key opens another Cliniko account, “{name}”. Bookings made so far belong to the account before. "
    "If that is what you want, paste the key again and tick the box."
)
AREAS: dict[Area, str] = {
    "catalogue": "Locations, practitioners and services",
    "calendar": "The calendar: free times and appointments",
    "patients": "Patients: finding who is there already, adding who is new",
    "forms": "Patient forms: the answers and the signature",
    "documents": "Patient files: the signed document",
}


class KeyForm(ConsoleForm):
    """A key to be tried."""

    key = PasswordField(
        "Cliniko API key",
        [InputRequired("Paste the key")],
        description="In Cliniko under My info, Manage API keys. Copy it whole; it ends in a region such as -au1.",
        render_kw={"autocomplete": "off", "required": True},
    )
    allow_other_account = BooleanField("Use this other account from now on")


class ZoneForm(SettingsForm):
    """The zone in which the account counts days, where Cliniko does not tell."""

    groups = (("Zone", ("account_time_zone",)),)

    account_time_zone = StringField(
        "Time zone of the Cliniko account",
        description="Only needed when Cliniko does not tell it and your locations differ; Getting started says so.",
    )


@blueprint.get("/<slug>/connections/cliniko", endpoint="connections_cliniko")
@allow(Role.OWNER)
def cliniko(slug: str) -> Response:
    """The form; asks nobody."""
    return _page(KeyForm(), _zone_form())


@blueprint.post("/<slug>/connections/cliniko", endpoint="connections_cliniko_save")
@allow(Role.OWNER)
def cliniko_save(slug: str) -> Response:
    """Try the key, keep it if Cliniko takes it, and say what it may do."""
    form = KeyForm()
    if not form.validate():
        return _page(form, _zone_form(), status=422)
    is_other_allowed = bool(form.allow_other_account.data)
    try:
        report = use_cases().setup.key.save(
            author(), current_clinic(), str(form.key.data), allow_other_account=is_other_allowed
        )
    except OtherAccount as other:
        name = other.report.account.name if other.report.account else ""
        form.key.errors = [OTHER_ACCOUNT.format(name=name)]
        return _page(form, _zone_form(), asks_about_other=True, status=422)
    if not report.is_accepted:
        form.key.errors = [report.problem]
        return _page(form, _zone_form(), status=422)
    problem = use_cases().setup.progress.look_again(current_clinic())
    return _page(KeyForm(formdata=None), _zone_form(), report=report, problem=problem)


@blueprint.post("/<slug>/connections/cliniko/check", endpoint="connections_cliniko_check")
@allow(Role.MANAGER)
def cliniko_check(slug: str) -> Response:
    """Try the key that is kept."""
    report = use_cases().setup.key.check(current_clinic())
    if report is None:
        return cast(Response, redirect(url_for("console.connections", slug=slug), code=303))
    return _page(KeyForm(formdata=None), _zone_form(), report=report)


@blueprint.post("/<slug>/connections/cliniko/zone", endpoint="connections_cliniko_zone")
@allow(Role.OWNER)
def cliniko_zone(slug: str) -> Response:
    """The account's zone."""
    form = ZoneForm()
    if not form.validate():
        return _page(KeyForm(formdata=None), form, status=422)
    try:
        zone, revision = str(form.account_time_zone.data or ""), str(form.revision.data)
        use_cases().setup.key.save_account_zone(author(), current_clinic(), zone, revision=revision)
    except SettingsInvalid as invalid:
        form.blame(invalid.problems)
        return _page(KeyForm(formdata=None), form, status=422)
    except ChangedMeanwhile as changed:
        return _page(KeyForm(formdata=None), form, conflict=form.meet(changed), status=409)
    flash("Saved.", "quiet")
    return cast(Response, redirect(url_for("console.connections_cliniko", slug=slug), code=303))


def _zone_form() -> ZoneForm:
    values = {"account_time_zone": use_cases().setup.key.account_zone(current_clinic())}
    return ZoneForm(formdata=None, data={**values, "revision": revision_of(values)})


def _page(
    form: KeyForm, zone_form: ZoneForm, *, status: int = 200, report: KeyReport | None = None, problem: str = "",
    asks_about_other: bool = False, conflict: list[Difference] | None = None,
) -> Response:  # fmt: skip
    rights = [(AREAS[right.area], right.is_given) for right in report.rights] if report else []
    return show(
        "console/cliniko_key.html",
        title="Cliniko",
        status=status,
        stored=use_cases().setup.key.stored(current_clinic()),
        form=form,
        zone_form=zone_form,
        report=report,
        rights=rights,
        problem=problem,
        asks_about_other=asks_about_other,
        conflict=conflict,
        may_own=may(Role.OWNER),
    )
