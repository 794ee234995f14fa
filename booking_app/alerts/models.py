"""The table of alerts."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from booking_app.core.db import Base, UtcDateTime


class Alert(Base):
    """One cause at one clinic, from when it was first seen until it is fixed.

    `count` is how many tasks suffer from it now, `bookings` the references of some of them. `mail_due_at` and
    `webhook_due_at`: when each way of telling is next to be tried.
    """

    __tablename__ = "alert"
    __table_args__ = (
        Index(
            "uq_alert_open_cause", "clinic_id", "cause", unique=True,
            sqlite_where=text("closed_at IS NULL"), postgresql_where=text("closed_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id", ondelete="CASCADE"))
    cause: Mapped[str] = mapped_column(String(200))
    count: Mapped[int]
    bookings: Mapped[str] = mapped_column(String(120))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    mail_due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    webhook_due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    times_told: Mapped[int] = mapped_column(default=0)
