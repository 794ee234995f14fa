"""What has become of each part of a booking, in words for a receptionist: what happened, and what to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass

from booking_app.crm.vendors.meanings import own_meaning_of
from booking_app.crm.vendors.registered import SPECS
from booking_app.pages.shared import words
from booking_app.tasks.models import Task, TaskState

PARTS = {
    "slot": ("Cliniko", "Time checked once more"),
    "patient": ("Cliniko", "Patient found or added"),
    "appointment": ("Cliniko", "Appointment made"),
    "conflicts": ("Cliniko", "Checked that nobody else has the time"),
    "move": ("Cliniko", "Appointment moved"),
    "cancel": ("Cliniko", "Appointment cancelled"),
    "form": ("Form", "Answers and signature filed as a completed form"),
    "document": ("Signed PDF", "Signed document attached to the patient"),
    "signature_png": ("Signed PDF", "Signature attached as a picture"),
    "withdraw": ("Cliniko", "Request taken back"),
    "contact": ("CRM", "Contact handed over"),
    "fields": ("CRM", "Fields of the contact filled in"),
    "tags": ("CRM", "Contact tagged"),
    "record": ("CRM", "Booking noted with the contact"),
    "consent": ("CRM", "Consent noted"),
    "event": ("CRM", "Event sent"),
    "confirmation_mail": ("Email", "Confirmation to the patient"),
    "cancellation_mail": ("Email", "Cancellation to the patient"),
    "lost_mail": ("Email", "Told the patient that the time was taken"),
    "unconfirmed_mail": ("Email", "Told the patient that the booking waits"),
    "held_mail": ("Email", "Told the patient that the request is kept"),
    "held_clinic_mail": ("Email", "Asked the clinic to keep the time free"),
    "unplaced_mail": ("Email", "Told the patient that the request ended"),
    "unplaced_clinic_mail": ("Email", "Told the clinic that the request ended"),
    "not_moved_mail": ("Email", "Told the patient that the old time stands"),
    "moved_mail": ("Email", "New time to the patient"),
    "moved_clinic_mail": ("Email", "New time to the clinic"),
    "clinic_mail": ("Email", "Notice to the clinic"),
    "attention_mail": ("Email", "Told the clinic that something needs a hand"),
}
ADVICE = {
    "transient": "The other side could not be reached, again and again. Try again when it is back.",
    "rate": "The other side asked us to slow down. Try again later.",
    "unknown_outcome": "The other side did not answer. Trying again looks first whether it has happened.",
    "conflict": "Something there stands in the way. Look at the record in Cliniko or the CRM, then try again.",
    "config": "A setting is in the way. Mend what the code names, then try again.",
    "data": "The other side will not take what was typed. Enter it there by hand and give this up, or try again.",
    "auth": "The key or token was refused. Replace it under Connections; everything then goes on by itself.",
    "consent": "Not sent, because the patient did not agree.",
}
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
    TaskState.PARKED: ("bad", "Needs a hand"),
    TaskState.GIVEN_UP: ("wait", "Given up"),
    TaskState.CANCELLED: ("wait", "Not needed"),
    TaskState.WAITING: ("wait", "Waits for the part before"),
}


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


def part_of(task: Task, vendors: Mapping[int, str], time_zone: str) -> Part:
    """A task in words. `vendors` names connections by id."""
    group, what = PARTS.get(task.kind, ("Other", task.kind.replace("_", " ").capitalize()))
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


def summary_of(tasks: tuple[Task, ...]) -> list[tuple[str, str, str]]:
    """A booking's parts at a glance, as (group, tone, words): the worst of each group."""
    ranks = ["good", "wait", "bad"]
    worst: dict[str, tuple[str, str]] = {}
    for task in tasks:
        group = PARTS.get(task.kind, ("Other", ""))[0]
        found = _state(task)
        if group not in worst or ranks.index(found[0]) > ranks.index(worst[group][0]):
            worst[group] = found
    return [(group, *found) for group, found in worst.items()]


def _advice(task: Task) -> str:
    ours = own_meaning_of(task.code or "")
    if ours:
        return f"{ours.sentence} {ours.mend}"
    return ADVICE.get(task.failure or "", "")


def _state(task: Task) -> tuple[str, str]:
    if task.state == TaskState.READY:
        return "wait", f"Trying again, {task.attempts} tries so far" if task.attempts else "About to be done"
    return TASK_STATES[TaskState(task.state)]
