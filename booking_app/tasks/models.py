"""The task runner's table."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from booking_app.core.db import Base, UtcDateTime


class TaskState(StrEnum):
    """`waiting` for the task named in `after`; `ready` to be claimed when due; parked and given up may be reopened."""

    WAITING = "waiting"
    READY = "ready"
    DONE = "done"
    PARKED = "parked"  # needs a person; can be replayed
    GIVEN_UP = "given_up"  # a person decided that it will not happen
    CANCELLED = "cancelled"  # made pointless by another task's result


FINAL_STATES = (TaskState.DONE, TaskState.GIVEN_UP, TaskState.CANCELLED)


class Task(Base):
    """One remote effect of one booking. Holds ids and codes only: never a name, never an answer.

    `fence` rises with every claim; who finishes must still hold the fence it claimed with. `attempts` counts the tries
    that came to an end, and the one under way; `lost_leases` those of which nothing was heard before the
    lease ended: the worker had died, or was too slow.
    """

    __tablename__ = "task"
    __table_args__ = (
        UniqueConstraint("booking_id", "name"),
        Index("ix_task_due", "state", "due_at"),
        Index("ix_task_tally", "state", "kind", "failure"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic_id: Mapped[int]
    booking_id: Mapped[int] = mapped_column(index=True)
    name: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(40))
    connection_id: Mapped[int | None]
    after: Mapped[str | None] = mapped_column(String(60))
    position: Mapped[int]
    state: Mapped[str] = mapped_column(String(12))
    attempts: Mapped[int] = mapped_column(default=0)
    lost_leases: Mapped[int] = mapped_column(default=0, server_default="0")
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    fence: Mapped[int] = mapped_column(default=0)
    must_probe: Mapped[bool] = mapped_column(default=False)
    remote_id: Mapped[str | None] = mapped_column(String(80))
    failure: Mapped[str | None] = mapped_column(String(20))
    code: Mapped[str | None] = mapped_column(String(120))
    note: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
