"""The write log's table."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from booking_app.core.db import Base, UtcDateTime


class RemoteWrite(Base):
    """One write that left for a remote system. Rows are added and, when they are old, forgotten; never changed.

    `route` is the template of the address. Without `status` no answer came; without `task_id` no task was at work.
    """

    __tablename__ = "remote_write"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    connection_id: Mapped[int] = mapped_column(index=True)
    task_id: Mapped[int | None] = mapped_column(index=True)
    method: Mapped[str] = mapped_column(String(8))
    route: Mapped[str] = mapped_column(String(200))
    status: Mapped[int | None]
