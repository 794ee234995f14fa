"""Who, or which piece of equipment, patients can choose."""

from dataclasses import asdict
from functools import partial
from typing import Any

from flask import Response, url_for
from flask_wtf.file import FileField
from wtforms import BooleanField, StringField, TextAreaField

from booking_app.catalogue.curation import PractitionerCuration
from booking_app.clinics.revisions import revision_of
from booking_app.clinics.staff import Role
from booking_app.pages.console.access import allow, author, current_clinic
from booking_app.pages.console.blueprint import blueprint
from booking_app.pages.console.keys import Key, cleaned, text_or_none
from booking_app.pages.console.ordering import MoveForm, anchored
from booking_app.pages.console.page import show
from booking_app.pages.console.readings import offering_page, wanted_item
from booking_app.pages.console.recording import PICTURES, RecordForm, save_record
from booking_app.pages.shared import use_cases
from booking_app.setup.clinic_file.schema import PractitionerEntry
from booking_app.setup.design.offering import Item


class PractitionerForm(RecordForm[PractitionerCuration]):
    """One practitioner. The names are the keys of [[practitioners]] in the clinic's file."""

    name = StringField("Name", [Key(PractitionerEntry, "name")], filters=cleaned())
    description = TextAreaField(
        "About them", [Key(PractitionerEntry, "description")], filters=cleaned(), render_kw={"rows": 4}
    )
    picture_file = FileField("Photo", description="PNG, JPEG or WebP, at most 5 MB; a square is cut around its middle.",
                           render_kw=PICTURES)  # fmt: skip
    without_picture = BooleanField("Show no photo")
    equipment = BooleanField("This is equipment: a pool, a pod or a package that is booked like a person")
    hidden = BooleanField("Hide from the booking page")

    def to_entry(self, before: PractitionerCuration) -> PractitionerCuration:
        return PractitionerCuration(
            cliniko_id=before.cliniko_id,
            name=text_or_none(self.name.data),
            description=text_or_none(self.description.data),
            photo=None if self.without_picture.data else before.photo,
            order=before.order,
            hidden=bool(self.hidden.data),
            equipment=bool(self.equipment.data),
        )


@blueprint.get("/<slug>/practitioners", endpoint="practitioners")
@allow(Role.RECEPTIONIST, Role.DESIGNER)
def practitioners(slug: str) -> Response:
    """Everybody, also those who cannot be booked, and why."""
    return offering_page("console/practitioners.html", "Practitioners")


@blueprint.get("/<slug>/practitioners/<cliniko_id>", endpoint="practitioners_edit")
@allow(Role.MANAGER)
def practitioners_edit(slug: str, cliniko_id: str) -> Response:
    """One of them."""
    item, entry = wanted_item("practitioner", cliniko_id), _entry(cliniko_id)
    values = asdict(entry) | {"revision": revision_of(asdict(entry))}
    return _page(item, entry, PractitionerForm(formdata=None, data=values))


@blueprint.post("/<slug>/practitioners/<cliniko_id>", endpoint="practitioners_save")
@allow(Role.MANAGER)
def practitioners_save(slug: str, cliniko_id: str) -> Response:
    """Say this about them; patients see it at once."""
    item, entry = wanted_item("practitioner", cliniko_id), _entry(cliniko_id)
    return save_record("practitioner", PractitionerForm(), entry, partial(_page, item, entry))


@blueprint.post("/<slug>/practitioners/<cliniko_id>/move", endpoint="practitioners_move")
@allow(Role.MANAGER)
def practitioners_move(slug: str, cliniko_id: str) -> Response:
    """One place up or down; of several who are free, “Any practitioner” is the first."""
    wanted_item("practitioner", cliniko_id)
    use_cases().designing.services.move(author(), current_clinic(), "practitioner", cliniko_id, MoveForm().where())
    return anchored("practitioners", f"practitioner-{cliniko_id}")


def _entry(cliniko_id: str) -> PractitionerCuration:
    entry = use_cases().designing.services.entry(current_clinic(), "practitioner", cliniko_id)
    assert isinstance(entry, PractitionerCuration)
    return entry


def _page(
    item: Item, entry: PractitionerCuration, form: PractitionerForm, *, status: int = 200, conflict: Any = None
) -> Response:
    form.name.description = f"In Cliniko: {item.found_name}"
    form.description.description = f"In Cliniko: {item.found_text or 'none'}"
    photo = entry.photo
    slug = current_clinic().slug
    return show(
        "console/practitioner.html",
        title=item.name,
        status=status,
        form=form,
        conflict=conflict,
        item=item,
        picture_url=url_for("brand.file", slug=slug, name=photo, size="small") if photo else None,
    )
