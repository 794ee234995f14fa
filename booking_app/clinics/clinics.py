"""Finding clinics and their pictures."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking_app.clinics.models import Clinic, ClinicFile


def find_clinic(session: Session, slug: str) -> Clinic | None:
    return session.scalar(select(Clinic).where(Clinic.slug == slug))


def list_clinics(session: Session) -> Sequence[Clinic]:
    """Every clinic, by its slug."""
    return session.scalars(select(Clinic).order_by(Clinic.slug)).all()


def clinic_file(session: Session, clinic_id: int, name: str) -> ClinicFile | None:
    """A picture by the name that branding or curation gives."""
    return session.scalar(select(ClinicFile).where(ClinicFile.clinic_id == clinic_id, ClinicFile.name == name))


def clinic_files(session: Session, clinic_id: int) -> Sequence[ClinicFile]:
    """Every picture of a clinic, by name."""
    return session.scalars(select(ClinicFile).where(ClinicFile.clinic_id == clinic_id).order_by(ClinicFile.name)).all()
