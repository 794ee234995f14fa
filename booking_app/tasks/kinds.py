"""What a package says about each kind of task it brings: how it is done, by whom, and in which words."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import TypeVar

from sqlalchemy.orm import Session

from booking_app.tasks.policy import WAITS
from booking_app.tasks.records import Handler, Subject

T = TypeVar("T")
LEASE = timedelta(seconds=45)
CALL_SECONDS = 20.0  # the longest single call (an upload); the lease has to outlast it


class Lane(StrEnum):
    """Who works a task: each lane has workers of its own, so that none waits behind another's."""

    PATIENT = "patient"  # what a patient waits for on a page
    MESSAGES = "messages"  # mail and forms
    SYNC = "sync"  # the CRM, accounting and whatever else is told afterwards
    DOCUMENTS = "documents"  # what is drawn and uploaded
    MONEY = "money"  # payments, whose answers may take more than a minute


@dataclass(frozen=True)
class TaskWords:
    """A kind of task as the console, the shell, alerts and mails call it.

    `group` is what several kinds are summed up under, `done` a short line for a list ("Contact tagged"), `failed` a
    sentence without its full stop for when it does not go on by itself.
    """

    group: str
    done: str
    failed: str


UNKNOWN_WORDS = TaskWords("Other", "", "A task could not be done")


@dataclass(frozen=True, kw_only=True)
class TaskKind:
    """One kind of task. The lease starts when work starts; no work lasts longer than `deadline`, where there is one.

    `waits` are the pauses between tries: after the last one the task needs a person.
    """

    name: str
    handler: Handler
    words: TaskWords
    lane: Lane
    lease: timedelta = LEASE
    call_seconds: float = CALL_SECONDS
    deadline: timedelta | None = None
    waits: tuple[timedelta, ...] = WAITS

    def __post_init__(self) -> None:
        assert self.lease.total_seconds() > self.call_seconds, f"{self.name}: the lease must outlast a call"


References = Callable[[Session, Collection[int]], Mapping[int, str]]


@dataclass(frozen=True)
class SubjectKind:
    """What tasks can be about. `references` names subjects by id, as people know them, without a name of a person.

    `path` is where the console shows one, from the clinic's slug and that reference.
    """

    name: str
    title: str
    references: References = field(repr=False)
    path: Callable[[str, str], str] = field(repr=False)


class TaskKinds:
    """Every kind of task and of subject that this release knows; filled once, when the parts are put together."""

    def __init__(self, kinds: Iterable[TaskKind] = (), subjects: Iterable[SubjectKind] = ()) -> None:
        self._kinds: dict[str, TaskKind] = {}
        self._subjects: dict[str, SubjectKind] = {}
        self.register(kinds, subjects)

    def register(self, kinds: Iterable[TaskKind] = (), subjects: Iterable[SubjectKind] = ()) -> None:
        """Add a package's kinds. Raises ValueError for a name that is taken."""
        for kind in kinds:
            _add(self._kinds, kind.name, kind)
        for subject in subjects:
            _add(self._subjects, subject.name, subject)

    def find(self, name: str) -> TaskKind | None:
        """None for a kind that another release has planned."""
        return self._kinds.get(name)

    def names(self, lane: Lane | None = None) -> tuple[str, ...]:
        """The kinds of one lane, or all."""
        return tuple(name for name, kind in self._kinds.items() if lane in (None, kind.lane))

    def lane(self, name: str) -> Lane:
        """The lane of a kind; one that nobody knows is found out in the last one."""
        kind = self.find(name)
        return kind.lane if kind else Lane.SYNC

    def words(self, name: str) -> TaskWords:
        kind = self.find(name)
        return kind.words if kind else UNKNOWN_WORDS

    def subject(self, name: str) -> SubjectKind | None:
        return self._subjects.get(name)

    def references(self, session: Session, kind: str, ids: Collection[int]) -> Mapping[int, str]:
        """How people know these subjects; one that is not there any more is left out."""
        subject = self.subject(kind)
        return subject.references(session, ids) if subject else {}

    def references_of(self, session: Session, subjects: Iterable[Subject]) -> Mapping[Subject, str]:
        """The same for subjects of several kinds; one read a kind."""
        ids = defaultdict[str, set[int]](set)
        for subject in subjects:
            ids[subject.kind].add(subject.id)
        named = {kind: self.references(session, kind, of) for kind, of in ids.items()}
        return {Subject(kind, one): reference for kind, of in named.items() for one, reference in of.items()}


class Leases:
    """How long claims last, by kind of task. `scale` shortens all of them alike, for tests that wait for one to end."""

    def __init__(self, kinds: TaskKinds, scale: float = 1.0) -> None:
        self._kinds = kinds
        self._scale = scale

    def of(self, kind: str) -> timedelta:
        found = self._kinds.find(kind)
        return (found.lease if found else LEASE) * self._scale

    def call_seconds(self, kind: str) -> float:
        """The longest call; the lease outlasts it."""
        found = self._kinds.find(kind)
        return (found.call_seconds if found else CALL_SECONDS) * self._scale


def _add(known: dict[str, T], name: str, one: T) -> None:
    if name in known:
        raise ValueError(f"two packages register {name}")
    known[name] = one
