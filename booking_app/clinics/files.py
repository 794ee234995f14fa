"""Keeping a clinic's pictures."""

import hashlib
from collections.abc import Mapping

from sqlalchemy.orm import Session

from booking_app.clinics.clinics import clinic_files
from booking_app.clinics.models import ClinicFile
from booking_app.clinics.pictures import Picture


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


def replace_files(session: Session, clinic_id: int, pictures: Mapping[str, Picture]) -> None:
    """Make `pictures` (by name) the clinic's pictures; others are deleted. The caller commits."""
    for row in clinic_files(session, clinic_id):
        if row.name not in pictures:
            session.delete(row)
    session.flush()
    for name, picture in pictures.items():
        put_file(session, clinic_id, name, picture)
