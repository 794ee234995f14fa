"""Keeping a clinic's pictures."""

import hashlib
from collections.abc import Collection, Mapping

from sqlalchemy.orm import Session

from booking_app.clinics.clinics import clinic_files
from booking_app.clinics.models import ClinicFile
from booking_app.clinics.pictures import Picture

SUFFIXES = {"image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp"}


def put_file(session: Session, clinic_id: int, name: str, picture: Picture) -> ClinicFile:
    """Keep a clean picture under a name, in place of what had that name. The caller commits."""
    row = next((one for one in clinic_files(session, clinic_id) if one.name == name), None)
    row = row or ClinicFile(clinic_id=clinic_id, name=name)
    row.media_type = picture.media_type
    row.content = picture.content
    row.sha256 = hashlib.sha256(picture.content).hexdigest()
    session.add(row)
    session.flush()
    return row


def keep_picture(session: Session, clinic_id: int, stem: str, picture: Picture) -> str:
    """Keep a clean picture under a name of its own, so that nothing published changes; returns it. The caller commits.

    The same picture has the same name, however often it is brought.
    """
    suffix = SUFFIXES[picture.media_type]
    name = f"{stem}-{hashlib.sha256(picture.content).hexdigest()[:8]}{suffix}"
    put_file(session, clinic_id, name, picture)
    return name


def drop_files(session: Session, clinic_id: int, but: Collection[str]) -> None:
    """Delete the pictures whose names are not among `but`. The caller commits."""
    for row in clinic_files(session, clinic_id):
        if row.name not in but:
            session.delete(row)
    session.flush()


def replace_files(session: Session, clinic_id: int, pictures: Mapping[str, Picture]) -> None:
    """Make `pictures` (by name) the clinic's pictures; others are deleted. The caller commits."""
    drop_files(session, clinic_id, but=pictures)
    for name, picture in pictures.items():
        put_file(session, clinic_id, name, picture)
