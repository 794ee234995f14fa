"""The table of this package."""

from datetime import date

from sqlalchemy import Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from booking_app.core.db import Base


class DailyCount(Base):
    """How often something happened on a day of the clinic's zone, over all visitors together.

    `kind` is `step` (a step of the booking page was shown) or `source` (a booking that came from there was confirmed).
    """

    __tablename__ = "daily_count"

    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    total: Mapped[int]
