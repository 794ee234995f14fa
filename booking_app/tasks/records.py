"""What the task runner hands to a handler, and what a handler answers."""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Protocol

from sqlalchemy.orm import Session

# The task that this thread is at, for whoever keeps a trail of what leaves.
current_task: ContextVar[int | None] = ContextVar("current_task", default=None)

Record = Callable[[Session], None]


class LeaseLost(Exception):
    """This worker no longer owns the task: another one does, or the lease would end before an answer could come."""


@dataclass(frozen=True)
class PlannedTask:
    """A task to be written. `name` is unique within the booking, `kind` chooses the handler, `after` names a task."""

    name: str
    after: str | None = None
    kind: str = ""
    connection_id: int | None = None

    @property
    def handler_kind(self) -> str:
        return self.kind or self.name


@dataclass(frozen=True)
class Work:
    """One claimed task. `deadline` is on the monotonic clock: no call may outlast it.

    `attempts` counts how often it was begun, this time included. `check_lease` raises LeaseLost; it has to be called
    right before the bytes of a write leave, because the fence protects only our own database.
    """

    task_id: int
    clinic_id: int
    booking_id: int
    name: str
    connection_id: int | None
    attempts: int
    remote_id: str | None
    deadline: float
    check_lease: Callable[[], None]


@dataclass(frozen=True)
class Effect:
    """It has happened. `record` writes what follows from it, in the transaction that finishes the task."""

    remote_id: str | None = None
    note: str | None = None
    record: Record | None = None


@dataclass(frozen=True)
class Later:
    """Nothing is wrong, look again in `seconds`; `remote_id` keeps what is known so far. Not an attempt."""

    seconds: float
    remote_id: str | None = None


@dataclass(frozen=True)
class Stop:
    """The booking ends here: every other open task is cancelled, `record` writes why."""

    note: str
    record: Record = field(repr=False)


class Handler(Protocol):
    """How one kind of task is done. Both halves raise RemoteFailure; both may be called again at any time."""

    def probe(self, work: Work) -> Effect | Later | None:
        """Has it already happened, or is it about to? Reads only; None when there is no trace of it."""
        ...

    def act(self, work: Work) -> Effect | Later | Stop:
        """Make it happen once."""
        ...
