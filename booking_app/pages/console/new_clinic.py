"""A new clinic: the first thing somebody does who has none."""

from typing import cast
from zoneinfo import available_timezones

from flask import Response, flash, redirect, url_for
from wtforms import StringField

from booking_app.clinics.revisions import revision_of
from booking_app.pages.console.access import allow_signed_in, author, current_staff
from booking_app.pages.console.blueprint import blueprint
from booking_app.pages.console.errors import TOO_LOW, error_page
from booking_app.pages.console.page import show
from booking_app.pages.console.setting_fields import SettingsForm
from booking_app.pages.shared import use_cases
from booking_app.setup.checking import SettingsInvalid
from booking_app.setup.clinics import NotForEverybody

# Where Cliniko's clinics are; any other zone may be typed.
ZONES = sorted(zone for zone in available_timezones() if zone.startswith(("Australia/", "Pacific/Auckland", "Europe/")))


class NewClinicForm(SettingsForm):
    """What a clinic cannot be without; everything else has a default and a screen."""

    groups = (("The clinic", ("name", "slug", "time_zone", "phone", "email")),)

    name = StringField("Name", description="What patients call the clinic.", render_kw={"required": True})
    slug = StringField(
        "Booking page address",
        description="The end of the booking page’s address, such as harbour-street. Leave it empty to make it from the "
        "name. It can’t be changed later, because it is part of your website’s embed code.",
        render_kw={"autocapitalize": "none", "spellcheck": "false"},
    )
    time_zone = StringField("Time zone", description="The city is enough: Adelaide, Auckland, London.",
                            render_kw={"required": True, "list": "time-zones"})  # fmt: skip
    phone = StringField("Phone", description="Shown to patients who need help.", render_kw={"type": "tel"})
    email = StringField("E-mail", description="Replies of patients go there.", render_kw={"type": "email"})


@blueprint.get("/new", endpoint="new_clinic")
@allow_signed_in
def new_clinic() -> Response:
    """The form."""
    if not use_cases().setup.clinics.is_open_to(current_staff().id):
        return error_page(TOO_LOW)
    return _form(NewClinicForm(data={"revision": revision_of({}), "time_zone": "Australia/Sydney"}))


@blueprint.post("/new", endpoint="new_clinic_make")
@allow_signed_in
def new_clinic_make() -> Response:
    """Make it, and go on to getting started."""
    form = NewClinicForm()
    if not form.validate():
        return _form(form, status=422)
    try:
        clinic = use_cases().setup.clinics.create(author(), form.raw())
    except NotForEverybody:
        return error_page(TOO_LOW)
    except SettingsInvalid as invalid:
        form.blame(invalid.problems)
        return _form(form, status=422)
    flash("The clinic is made, and you own it. Now connect Cliniko.", "quiet")
    return cast(Response, redirect(url_for("console.start", slug=clinic.slug), code=303))


def _form(form: NewClinicForm, *, status: int = 200) -> Response:
    return show("console/new_clinic.html", title="New clinic", status=status, form=form, zones=ZONES)
