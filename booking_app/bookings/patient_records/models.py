"""The tables of decisions about patients' records."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from booking_app.core.db import Base, UtcDateTime


class PatientChange(Base):
    """Values that a person wants written to a patient's record. They go as soon as Cliniko has them.

    `sealed_values` is field -> value (`email`, `phone`); None once it was done, given up or forgotten.
    """

    __tablename__ = "patient_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic_id: Mapped[int] = mapped_column(index=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), index=True)
    cliniko_patient_id: Mapped[str] = mapped_column(String(40))
    sealed_values: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PatientChoice(Base):
    """Of two records of one person, which one bookings use from now on. Ids only."""

    __tablename__ = "patient_choice"
    __table_args__ = (UniqueConstraint("clinic_id", "patient_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic_id: Mapped[int]
    patient_id: Mapped[str] = mapped_column(String(40))
    used_patient_id: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
