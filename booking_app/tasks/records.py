"""What the runner gives to a handler, and what a handler answers."""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from sqlalchemy.orm import Session

# The task that this thread is at, for whoever keeps a log of what leaves.
current_task: ContextVar[int | None] = ContextVar("current_task", default=None)

# The writes that left during the present try, for the write log: they are kept in the transaction that ends the try.
current_writes: ContextVar[list[dict[str, Any]] | None] = ContextVar("current_writes", default=None)

# What handlers of one run over a subject's tasks may share instead of reading it again; emptied when a task fails.
current_run: ContextVar[dict[object, Any] | None] = ContextVar("current_run", default=None)

Record = Callable[[Session], None]
T = TypeVar("T")


def shared_in_run(key: object, read: Callable[[], T]) -> T:
    """What `read` gives, asked for once in a run; outside of a run each time."""
    kept = current_run.get()
    if kept is None:
        return read()
    if key not in kept:
        kept[key] = read()
    found: T = kept[key]
    return found


class LeaseLost(Exception):
    """This worker no longer owns the task: another one does, or the lease would end before an answer could come."""


@dataclass(frozen=True, order=True)
class Subject:
    """What a task is about: a kind ("booking", "invoice", ...) and the id it has there."""

    kind: str
    id: int


@dataclass(frozen=True)
class PlannedTask:
    """A task to be written. `name` is unique within the subject, `kind` chooses the handler, `after` names a task.

    `items` are the subjects that a batch covers, at most MOST_ITEMS; a task about its own subject alone has none.
    """

    name: str
    after: str | None = None
    kind: str = ""
    connection_id: int | None = None
    items: tuple[Subject, ...] = ()

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
    subject: Subject
    name: str
    connection_id: int | None
    attempts: int
    remote_id: str | None
    deadline: float
    check_lease: Callable[[], None]
    fence: int = 0

    @property
    def subject_id(self) -> int:
        return self.subject.id


@dataclass(frozen=True)
class Effect:
    """It has happened. `record` writes what follows from it, in the transaction that finishes the task."""

    remote_id: str | None = None
    note: str | None = None
    record: Record | None = None


@dataclass(frozen=True)
class ItemResult:
    """What became of one part of a batch: it has happened, or it was refused with a `code`."""

    remote_id: str | None = None
    code: str | None = None


@dataclass(frozen=True)
class Later:
    """Nothing is wrong, look again in `seconds`; `remote_id` keeps what is known so far. Not an attempt."""

    seconds: float
    remote_id: str | None = None


@dataclass(frozen=True)
class Stop:
    """The subject ends here: every other open task of it is cancelled, `record` writes why."""

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
