"""What has become of each part of a booking, in words for a receptionist: what happened, and what to do about it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from booking_app.crm.vendors.meanings import own_meaning_of
from booking_app.crm.vendors.registered import SPECS
from booking_app.pages.shared import words
from booking_app.tasks.kinds import TaskKinds
from booking_app.tasks.models import Task, TaskState
from booking_app.tasks.words import ADVICE

BOOKING_STATES = {
    "placing": ("wait", "Being booked"),
    "confirmed": ("good", "Booked in Cliniko"),
    "moving": ("wait", "Being moved"),
    "slot_lost": ("bad", "Time was taken"),
    "withdrawn": ("bad", "Not booked: Cliniko could not be reached"),
    "failed": ("bad", "Not booked"),
    "cancelling": ("wait", "Being cancelled"),
    "cancelled": ("wait", "Cancelled"),
}
TASK_STATES = {
    TaskState.DONE: ("good", "Done"),
    TaskState.PARKED: ("bad", "Needs attention"),
    TaskState.GIVEN_UP: ("wait", "Given up"),
    TaskState.CANCELLED: ("wait", "Not needed"),
    TaskState.WAITING: ("wait", "Waits for the part before"),
}
RETRIED = "We’ll try it again within seconds."
GIVEN_UP = "Given up. You can still have it tried again."
TOO_LATE = "This has changed in the meantime. Please check it again."


@dataclass(frozen=True, kw_only=True)
class Part:
    """One line of a booking's timeline. `tone` is good, bad or wait; `advice` says what to do where that helps."""

    task_id: int
    group: str
    what: str
    tone: str
    state: str
    when: str
    advice: str
    code: str
    can_retry: bool
    can_give_up: bool


def state_of(state: str) -> tuple[str, str]:
    """A booking's state as (tone, words)."""
    return BOOKING_STATES.get(state, ("wait", state.replace("_", " ").capitalize()))


def retried_all(count: int) -> str:
    """That so many tasks are tried again."""
    return f"{count} {'part is' if count == 1 else 'parts are'} tried again."


def part_of(task: Task, vendors: Mapping[int, str], time_zone: str, kinds: TaskKinds) -> Part:
    """A task in words. `vendors` names connections by id."""
    said = kinds.words(task.kind)
    group, what = said.group, said.done or task.kind.replace("_", " ").capitalize()
    if group == "CRM" and task.connection_id is not None:
        spec = SPECS.get(vendors.get(task.connection_id, ""))
        what = f"{what}: {spec.in_a_sentence if spec else 'a connection that is gone'}"
    tone, state = _state(task)
    return Part(
        task_id=task.id,
        group=group,
        what=what,
        tone=tone,
        state=state,
        when=words.full_time(task.finished_at, time_zone) if task.finished_at else "",
        advice=_advice(task) if task.state in (TaskState.PARKED, TaskState.READY) else "",
        code=task.code or "",
        can_retry=task.state in (TaskState.PARKED, TaskState.GIVEN_UP),
        can_give_up=task.state == TaskState.PARKED or (task.state == TaskState.READY and task.attempts > 0),
    )


def summary_of(tasks: Iterable[Task], kinds: TaskKinds) -> list[tuple[str, str, str]]:
    """A booking's parts at a glance, as (group, tone, words): the worst of each group."""
    ranks = ["good", "wait", "bad"]
    worst: dict[str, tuple[str, str]] = {}
    for task in tasks:
        group = kinds.words(task.kind).group
        found = _state(task)
        if group not in worst or ranks.index(found[0]) > ranks.index(worst[group][0]):
            worst[group] = found
    return [(group, *found) for group, found in worst.items()]


def _advice(task: Task) -> str:
    ours = own_meaning_of(task.code or "")
    if ours:
        return f"{ours.sentence} {ours.fix}"
    return ADVICE.get(task.failure or "", "")


def _state(task: Task) -> tuple[str, str]:
    if task.state == TaskState.READY:
        return "wait", f"Trying again, {task.attempts} tries so far" if task.attempts else "About to be done"
    return TASK_STATES[TaskState(task.state)]
