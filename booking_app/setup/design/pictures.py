"""Which of a clinic's pictures are still needed."""

from sqlalchemy.orm import Session

from booking_app.catalogue.curation import curation_of
from booking_app.clinics import branding_drafts
from booking_app.clinics.files import drop_files
from booking_app.clinics.models import Clinic


def drop_unused_pictures(session: Session, clinic: Clinic) -> None:
    """Delete what neither patients nor a draft nor a look to go back to shows. The caller commits."""
    curation = curation_of(session, clinic.id)
    looks = [*branding_drafts.published_of(session, clinic.id), *branding_drafts.drafts_of(session, clinic.id)]
    shown = (clinic.branding_values(), *(look.values() for look in looks))
    names: set[str | None] = {name for one in shown for name in one.logos}
    names |= {entry.image for entry in curation.services} | {entry.photo for entry in curation.practitioners}
    drop_files(session, clinic.id, but={name for name in names if name})
