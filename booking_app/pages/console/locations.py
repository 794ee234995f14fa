"""Where patients can come to."""

from dataclasses import asdict
from functools import partial
from typing import Any

from flask import Response
from wtforms import BooleanField, StringField, TextAreaField

from booking_app.catalogue.curation import LocationCuration
from booking_app.clinics.revisions import revision_of
from booking_app.clinics.staff import Role
from booking_app.pages.console.access import allow, author, current_clinic
from booking_app.pages.console.blueprint import blueprint
from booking_app.pages.console.keys import Key, cleaned, text_or_none
from booking_app.pages.console.ordering import MoveForm, anchored
from booking_app.pages.console.page import show
from booking_app.pages.console.readings import offering_page, wanted_item
from booking_app.pages.console.recording import RecordForm, save_record
from booking_app.pages.shared import use_cases
from booking_app.setup.clinic_file.schema import LocationEntry
from booking_app.setup.design.offering import Item


class LocationForm(RecordForm[LocationCuration]):
    """One location. The names are the keys of [[locations]] in the clinic's file."""

    name = StringField("Name", [Key(LocationEntry, "name")], filters=cleaned())
    directions = TextAreaField(
        "How to get there", [Key(LocationEntry, "directions")], filters=cleaned(),
        description="Shown when a booking is confirmed, and in our mail.", render_kw={"rows": 3},
    )  # fmt: skip
    hidden = BooleanField("Hide it from the booking page")

    def to_entry(self, before: LocationCuration) -> LocationCuration:
        return LocationCuration(
            cliniko_id=before.cliniko_id,
            name=text_or_none(self.name.data),
            directions=text_or_none(self.directions.data),
            hidden=bool(self.hidden.data),
        )


@blueprint.get("/<slug>/locations", endpoint="locations")
@allow(Role.RECEPTIONIST, Role.DESIGNER)
def locations(slug: str) -> Response:
    """Every location, also those that cannot be booked, and why."""
    return offering_page("console/locations.html", "Locations")


@blueprint.get("/<slug>/locations/<cliniko_id>", endpoint="locations_edit")
@allow(Role.MANAGER)
def locations_edit(slug: str, cliniko_id: str) -> Response:
    """One of them."""
    item, entry = wanted_item("location", cliniko_id), _entry(cliniko_id)
    values = asdict(entry) | {"revision": revision_of(asdict(entry))}
    return _page(item, LocationForm(formdata=None, data=values))


@blueprint.post("/<slug>/locations/<cliniko_id>", endpoint="locations_save")
@allow(Role.MANAGER)
def locations_save(slug: str, cliniko_id: str) -> Response:
    """Say this about it; patients see it at once."""
    item, entry = wanted_item("location", cliniko_id), _entry(cliniko_id)
    return save_record("location", LocationForm(), entry, partial(_page, item))


@blueprint.post("/<slug>/locations/<cliniko_id>/move", endpoint="locations_move")
@allow(Role.MANAGER)
def locations_move(slug: str, cliniko_id: str) -> Response:
    """One place up or down; the first is the one that patients are shown first."""
    wanted_item("location", cliniko_id)
    use_cases().designing.services.move(author(), current_clinic(), "location", cliniko_id, MoveForm().where())
    return anchored("locations", f"location-{cliniko_id}")


def _entry(cliniko_id: str) -> LocationCuration:
    entry = use_cases().designing.services.entry(current_clinic(), "location", cliniko_id)
    assert isinstance(entry, LocationCuration)
    return entry


def _page(item: Item, form: LocationForm, *, status: int = 200, conflict: Any = None) -> Response:
    form.name.description = f"In Cliniko: {item.found_name}"
    return show("console/location.html", title=item.name, status=status, form=form, conflict=conflict, item=item)
