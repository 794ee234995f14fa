"""Open tasks: what still has to happen in other systems, whatever it is about, and what needs attention."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from flask import Response, flash, redirect, request, url_for

from booking_app.clinics.staff import Role
from booking_app.pages.console.access import allow, author, current_clinic
from booking_app.pages.console.blueprint import blueprint
from booking_app.pages.console.page import show
from booking_app.pages.console.task_words import GIVEN_UP, RETRIED, TOO_LATE, Part, part_of, retried_all
from booking_app.pages.shared import use_cases
from booking_app.pages.shared.typed_values import page_asked
from booking_app.tasks.listing import OPEN, ListedTask
from booking_app.tasks.models import TaskState

# What can be asked for, by the word in the address; the first is shown unasked.
STATES: Mapping[str, tuple[str, tuple[TaskState, ...]]] = {
    "open": ("All that are open", OPEN),
    "attention": ("Needs attention", (TaskState.PARKED,)),
    "going_on": ("Goes on by itself", (TaskState.READY, TaskState.WAITING)),
    "given_up": ("Given up", (TaskState.GIVEN_UP,)),
}


@dataclass(frozen=True)
class Line:
    """One task, prepared. `url` leads to what it is about, where that is known."""

    about: str
    url: str | None
    part: Part


@blueprint.get("/<slug>/tasks", endpoint="tasks")
@allow(Role.RECEPTIONIST)
def tasks(slug: str) -> Response:
    """The newest first, in one state and of one group where that is asked for."""
    clinic, asked, page = current_clinic(), _asked(), page_asked()
    found = use_cases().task_list.find(clinic.id, states=STATES[asked["state"]][1], group=asked["group"], page=page)
    groups = sorted({group for group, _ in found.totals})
    vendors = {each.id: each.vendor for each in use_cases().setup.crm.all(clinic)}
    return show(
        "console/tasks.html",
        title="Open tasks",
        lines=[_line(listed, vendors) for listed in found.tasks],
        states={word: label for word, (label, _) in STATES.items()},
        groups=sorted({*groups, asked["group"]} - {""}),
        totals=[
            (group, [(word, _total(found.totals, group, word)) for word in STATES if word != "open"])
            for group in groups
        ],
        asked=asked,
        page=page,
        has_more=found.has_more,
    )


@blueprint.post("/<slug>/tasks/<int:task_id>/retry", endpoint="tasks_retry")
@allow(Role.RECEPTIONIST)
def retry(slug: str, task_id: int) -> Response:
    """Try one again."""
    done = use_cases().staff_actions.retry(author(), current_clinic().id, task_id)
    return _back(RETRIED if done else TOO_LATE)


@blueprint.post("/<slug>/tasks/<int:task_id>/give-up", endpoint="tasks_give_up")
@allow(Role.RECEPTIONIST)
def give_up(slug: str, task_id: int) -> Response:
    """Decide that one will not happen."""
    done = use_cases().staff_actions.give_up(author(), current_clinic().id, task_id)
    return _back(GIVEN_UP if done else TOO_LATE)


@blueprint.post("/<slug>/tasks/retry-all", endpoint="tasks_retry_all")
@allow(Role.RECEPTIONIST)
def retry_all(slug: str) -> Response:
    """Try everything again that needs attention."""
    return _back(retried_all(use_cases().staff_actions.retry_all(author(), current_clinic().id)))


def _asked() -> dict[str, str]:
    state = request.args.get("state", "")
    return {"state": state if state in STATES else "open", "group": request.args.get("group", "")[:40]}


def _line(listed: ListedTask, vendors: Mapping[int, str]) -> Line:
    clinic = current_clinic()
    part = part_of(listed.task, vendors, clinic.time_zone, use_cases().task_kinds)
    if listed.subject is None or not listed.reference:
        return Line(f"{listed.task.subject_kind.capitalize()} {listed.task.subject_id}", None, part)
    about = f"{listed.subject.title} {listed.reference}"
    return Line(about, listed.subject.path(clinic.slug, listed.reference), part)


def _total(totals: Mapping[tuple[str, TaskState], int], group: str, word: str) -> int:
    return sum(totals.get((group, state), 0) for state in STATES[word][1])


def _back(said: str) -> Response:
    flash(said, "quiet")
    asked = _asked()
    where = url_for("console.tasks", slug=current_clinic().slug, state=asked["state"], group=asked["group"])
    return cast(Response, redirect(where, code=303))
