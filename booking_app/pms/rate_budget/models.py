"""The budget's tables."""

from datetime import datetime

from sqlalchemy import JSON, BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from booking_app.core.db import Base, UtcDateTime
from booking_app.pms.rate_budget.window import Counts


class RequestBudget(Base):
    """The calls of the last while of one key: of one Cliniko user, or of one connection to a vendor."""

    __tablename__ = "request_budget"

    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    counts: Mapped[Counts] = mapped_column(JSON, default=list)
    blocked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RequestCount(Base):
    """How many calls of a connection (`connection:<id>`) ever ended so: a class of status, "429" or "no_answer"."""

    __tablename__ = "request_count"

    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    outcome: Mapped[str] = mapped_column(String(20), primary_key=True)
    total: Mapped[int] = mapped_column(BigInteger)
