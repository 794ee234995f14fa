"""The tables of durable tasks."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from booking_app.core.db import Base, UtcDateTime
from booking_app.tasks.records import Subject


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
    """One remote effect of one subject. Holds ids and codes only: never a name, never an answer.

    The column of `subject_id` keeps its name of before, so that a process of the release before, which knows bookings
    alone, goes on beside this one while a clinic's servers are brought up to date.

    `fence` rises with every claim; who finishes must still hold the fence it claimed with. `attempts` counts the tries
    that came to an end, and the one under way; `lost_leases` those of which nothing was heard before the
    lease ended: the worker had died, or was too slow.
    """

    __tablename__ = "task"
    __table_args__ = (
        UniqueConstraint("subject_kind", "booking_id", "name"),
        Index("ix_task_due", "state", "due_at"),
        Index("ix_task_tally", "state", "kind", "failure"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    clinic_id: Mapped[int]
    subject_kind: Mapped[str] = mapped_column(String(20), server_default="booking")
    subject_id: Mapped[int] = mapped_column("booking_id", index=True)
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

    @property
    def subject(self) -> Subject:
        return Subject(self.subject_kind, self.subject_id)


class TaskItem(Base):
    """One of the subjects that a batch covers. `done_at` once it has happened, `code` where it was refused."""

    __tablename__ = "task_item"
    __table_args__ = (
        UniqueConstraint("task_id", "subject_kind", "subject_id"),
        Index("ix_task_item_subject", "subject_kind", "subject_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id", ondelete="CASCADE"))
    subject_kind: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[int]
    remote_id: Mapped[str | None] = mapped_column(String(80))
    code: Mapped[str | None] = mapped_column(String(120))
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def subject(self) -> Subject:
        return Subject(self.subject_kind, self.subject_id)
