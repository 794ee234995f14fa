"""One person's data, for owners: handed out as a file, or erased. Everything is a POST: an address names nobody."""

import json

from flask import Response, make_response
from wtforms import BooleanField, RadioField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from booking_app.bookings.person.records import Asked, PersonUnknown
from booking_app.clinics.staff import Role
from booking_app.pages.console.access import allow, author, current_clinic
from booking_app.pages.console.blueprint import blueprint
from booking_app.pages.console.forms import ConsoleForm
from booking_app.pages.console.page import show
from booking_app.pages.shared import use_cases

WAYS = {"email": "E-mail address", "phone": "Telephone number", "reference": "Booking reference, such as BK-7F3K2M9Q"}
LONGEST = 254
UNKNOWN = "The clinic has no booking with this reference."


class PersonForm(ConsoleForm):
    """Who it is."""

    way = RadioField("Find the person by", [InputRequired("Choose how to find the person")], choices=WAYS)
    value = StringField("Address, number or reference", [InputRequired("Enter it here"), Length(max=LONGEST)],
                        render_kw={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"})  # fmt: skip

    def to_asked(self) -> Asked:
        return Asked(**{str(self.way.data): str(self.value.data).strip()})


class EraseForm(PersonForm):
    """Who it is, and that it is meant."""

    is_meant = BooleanField("Erase this person’s data. It cannot be undone.")

    def validate_is_meant(self, field: BooleanField) -> None:
        if not field.data:
            raise ValidationError("Tick the box to erase")


@blueprint.get("/<slug>/person", endpoint="person")
@allow(Role.OWNER)
def person(slug: str) -> Response:
    """Whom it is about."""
    return _page(PersonForm(formdata=None, data={"way": "email"}))


@blueprint.post("/<slug>/person/look", endpoint="person_look")
@allow(Role.OWNER)
def look(slug: str) -> Response:
    """How much there is, with what can be done about it."""
    form = PersonForm()
    if not form.validate():
        return _page(form, status=422)
    try:
        found = use_cases().personal_data.look(current_clinic(), form.to_asked())
    except PersonUnknown:
        return _unknown(form)
    return _found(EraseForm(formdata=None, data={"way": form.way.data, "value": form.value.data}), found)


@blueprint.post("/<slug>/person/export", endpoint="person_export")
@allow(Role.OWNER)
def export(slug: str) -> Response:
    """Everything as one file; its name tells nobody whose it is."""
    form = PersonForm()
    if not form.validate():
        return _page(form, status=422)
    try:
        found = use_cases().personal_data.export(author(), current_clinic(), form.to_asked())
    except PersonUnknown:
        return _unknown(form)
    response = make_response(json.dumps(found, indent=2, ensure_ascii=False, default=str))
    response.content_type = "application/json; charset=utf-8"
    response.headers["Content-Disposition"] = 'attachment; filename="person.json"'
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/<slug>/person/erase", endpoint="person_erase")
@allow(Role.OWNER)
def erase(slug: str) -> Response:
    """Erase, and say what was done and what was not."""
    form = EraseForm()
    try:
        if not form.validate():
            if form.way.errors or form.value.errors:
                return _page(form, status=422)
            found = use_cases().personal_data.look(current_clinic(), form.to_asked())
            return _found(form, found, status=422)
        said = use_cases().personal_data.erase(author(), current_clinic(), form.to_asked())
    except PersonUnknown:
        return _unknown(form)
    return show("console/person_erased.html", title="Erased", said=said)


def _unknown(form: PersonForm) -> Response:
    form.value.errors = [UNKNOWN]
    return _page(form, status=422)


def _found(form: EraseForm, found: object, *, status: int = 200) -> Response:
    return show("console/person_found.html", title="One person’s data", status=status, form=form, found=found)


def _page(form: PersonForm, *, status: int = 200) -> Response:
    return show("console/person.html", title="One person’s data", status=status, form=form)
