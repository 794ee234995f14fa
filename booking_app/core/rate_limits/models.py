"""The table of counts."""

from sqlalchemy import BigInteger, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from booking_app.core.db import Base


class RateCount(Base):
    """How often one thing happened in the window that runs, and in the one before it.

    `key` names the rule, its seconds and whom it is about, never in clear; `period` is the window's number since the
    epoch; `most` is the rule's limit, beyond which nothing more is counted; `ends_at` (epoch seconds) is when the row
    means nothing any more.
    """

    __tablename__ = "rate_count"

    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    period: Mapped[int] = mapped_column(BigInteger)
    count: Mapped[int] = mapped_column(Integer)
    previous: Mapped[int] = mapped_column(Integer)
    most: Mapped[int] = mapped_column(Integer)
    ends_at: Mapped[int] = mapped_column(BigInteger, index=True)
