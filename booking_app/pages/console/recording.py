"""Saving what the clinic says about one of Cliniko's records: a service, a practitioner, a location."""

from collections.abc import Callable
from typing import Generic, TypeVar

from flask import Response, flash, request

from booking_app.catalogue.curation import LocationCuration, PractitionerCuration, ServiceCuration
from booking_app.clinics.pictures import PictureRefused
from booking_app.clinics.revisions import ChangedMeanwhile
from booking_app.pages.console.access import author, current_clinic
from booking_app.pages.console.ordering import anchored
from booking_app.pages.console.saving import SavingForm
from booking_app.pages.shared import use_cases
from booking_app.setup.design.services import Kind

PICTURES = {"accept": "image/png,image/jpeg,image/webp"}
OneEntry = TypeVar("OneEntry", ServiceCuration, PractitionerCuration, LocationCuration)


class RecordForm(SavingForm, Generic[OneEntry]):
    """A form over what is said about one record. Where there can be a picture it has `picture_file` and
    `without_picture`."""

    def to_entry(self, before: OneEntry) -> OneEntry:
        """What is said now, given what was said before."""
        raise NotImplementedError

    def uploaded(self) -> bytes | None:
        """The picture that was brought; None without one, and where none is to be shown."""
        upload = request.files.get("picture_file") if "picture_file" in self else None
        return upload.read() if upload and not self.without_picture.data else None


def save_record(kind: Kind, form: RecordForm[OneEntry], before: OneEntry, again: Callable[..., Response]) -> Response:
    """Say what the form says; patients see it at once. `again` shows the form with what stands in its way."""
    if not form.validate():
        return again(form, status=422)
    said = form.to_entry(before)
    try:
        use_cases().designing.services.save(
            author(), current_clinic(), kind, said, picture=form.uploaded(), revision=form.revision.data
        )
    except PictureRefused as refused:
        form["picture_file"].errors = [str(refused)]
        return again(form, status=422)
    except ChangedMeanwhile as changed:
        return again(form, status=409, conflict=form.meet(changed))
    flash("Saved. Patients see it from now on.", "quiet")
    return anchored(f"{kind}s", f"{kind}-{before.cliniko_id}")
