"""The tables of this package. References, ids, codes and times: nothing personal."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from booking_app.core.db import Base, UtcDateTime


class ReconciliationRun(Base):
    """One comparison of a clinic's bookings. `cursor` is the last booking done, from which another process goes on.

    `skipped` names connections that could not be asked, as `vendor:connection:code`.
    """

    __tablename__ = "reconciliation_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"), index=True)
    days: Mapped[int]
    cursor: Mapped[int] = mapped_column(default=0)
    checked: Mapped[int] = mapped_column(default=0)
    total: Mapped[int]
    left_out: Mapped[int] = mapped_column(default=0)
    skipped: Mapped[str] = mapped_column(String(400), default="")
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class MismatchRow(Base):
    """One difference: what is noted here (`ours`), what is there (`theirs`) and what was done about it.

    `settled_at` is when a person said that nothing more is to be done.
    """

    __tablename__ = "mismatch"

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("reconciliation_run.id", ondelete="CASCADE"), index=True)
    booking_id: Mapped[int] = mapped_column(index=True)
    reference: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(30))
    ours: Mapped[str] = mapped_column(String(160))
    theirs: Mapped[str] = mapped_column(String(160))
    done: Mapped[str] = mapped_column(String(20))
    found_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
