"""Which of two records of one person bookings use."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from booking_app.bookings.patient_records.models import PatientChoice


def used_instead_of(session: Session, clinic_id: int, patient_id: str) -> str:
    """The record that a person chose over this one; the same where nobody did."""
    chosen = select(PatientChoice.used_patient_id).where(
        PatientChoice.clinic_id == clinic_id, PatientChoice.patient_id == patient_id
    )
    return session.scalar(chosen) or patient_id


def use_instead(session: Session, clinic_id: int, used: str, others: Iterable[str], now: datetime) -> None:
    """From now on `used` is used wherever a booking finds one of `others`. An older choice is replaced.

    The caller commits. A choice is followed once, so two of them can never lead in a circle.
    """
    known = [one for one in dict.fromkeys(others) if one != used]
    replaced = (PatientChoice.clinic_id == clinic_id, PatientChoice.patient_id.in_([*known, used]))
    session.execute(delete(PatientChoice).where(*replaced))
    for one in known:
        session.add(PatientChoice(clinic_id=clinic_id, patient_id=one, used_patient_id=used, created_at=now))
