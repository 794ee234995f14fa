"""How far a clinic's calendar has been looked through."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from booking_app.core.db import Base, UtcDateTime


class DeskCursor(Base):
    """`changed_since` is the newest change seen, by Cliniko's clock; `due_at` when to ask again, by ours."""

    __tablename__ = "desk_cursor"

    clinic_id: Mapped[int] = mapped_column(ForeignKey("clinic.id"), primary_key=True, autoincrement=False)
    changed_since: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
