"""The table of this package."""

from datetime import date, datetime

from sqlalchemy import JSON, Date, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from booking_app.core.db import Base, UtcDateTime


class SlotWindow(Base):
    """What the practice system answered for one practitioner, service, location and the seven days from `first_day`.

    `first_day` is of the account's zone; `starts` are seconds since the epoch. For a service in groups `groups` are its
    group appointments: id, start, end and places left. While `fetching_until` lies ahead, some
    process is asking; `fetched_at` is None until the first answer.
    """

    __tablename__ = "slot_window"
    __table_args__ = (UniqueConstraint("account_key", "location_id", "service_id", "practitioner_id", "first_day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_key: Mapped[str] = mapped_column(String(120))
    location_id: Mapped[str] = mapped_column(String(40))
    service_id: Mapped[str] = mapped_column(String(40))
    practitioner_id: Mapped[str] = mapped_column(String(40))
    first_day: Mapped[date] = mapped_column(Date)
    starts: Mapped[list[int]] = mapped_column(JSON, default=list)
    groups: Mapped[list[tuple[str, int, int, int]] | None] = mapped_column(JSON(none_as_null=True))
    fetched_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    fetching_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
