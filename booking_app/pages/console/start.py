"""Getting started: five steps with live checks, each of which can be left and taken up again."""

from dataclasses import dataclass
from typing import cast

from flask import Response, abort, flash, redirect, url_for

from booking_app.clinics.staff import Role
from booking_app.pages.console.access import allow, author, current_clinic
from booking_app.pages.console.blueprint import blueprint
from booking_app.pages.console.page import show
from booking_app.pages.shared import use_cases
from booking_app.setup.progress import MARKABLE


@dataclass(frozen=True)
class StepWords:
    """What a step is called, what it is for, and where it is done: (endpoint, words of the link)."""

    heading: str
    sentence: str
    links: tuple[tuple[str, str], ...]


WORDS = {
    "key": StepWords(
        "Connect Cliniko",
        "Paste an API key. It is tried at once, and you see what it may do.",
        (("connections_cliniko", "Enter the key"),),
    ),
    "found": StepWords(
        "See what can be booked",
        "Locations, practitioners and services as Cliniko has them, and what to change where something is missing.",
        (("start_found", "See what was found"),),
    ),
    "brand": StepWords(
        "Make it look like your clinic", "Colours, logo and font, with a preview.", (("branding", "Branding"),)
    ),
    "questions": StepWords(
        "Questions and waivers",
        "The questions patients answer and the waiver they sign. A privacy consent is always asked.",
        (("questions", "Questions"), ("waivers", "Waivers")),
    ),
    "website": StepWords(
        "Put it into your website",
        "Allow your website to show the booking page, and paste one snippet.",
        (("embed", "Website"),),
    ),
}


@dataclass(frozen=True)
class ShownStep:
    """A step, prepared."""

    name: str
    words: StepWords
    is_done: bool
    is_marked: bool
    is_next: bool
    can_be_marked: bool


@blueprint.get("/<slug>/start", endpoint="start")
@allow(Role.MANAGER)
def start(slug: str) -> Response:
    """The five steps; asks nobody."""
    steps = use_cases().setup.progress.steps(current_clinic())
    follow_ups = next((step.name for step in steps if not step.is_done), None)
    shown = [
        ShownStep(
            step.name, WORDS[step.name], step.is_done, step.is_marked, step.name == follow_ups,
            step.name in MARKABLE and not step.is_done,
        )
        for step in steps
    ]  # fmt: skip
    return show("console/start.html", title="Getting started", steps=shown, is_ready=follow_ups is None)


@blueprint.get("/<slug>/start/found", endpoint="start_found")
@allow(Role.MANAGER)
def found(slug: str) -> Response:
    """What was found in Cliniko, item by item."""
    return _found()


@blueprint.post("/<slug>/start/found", endpoint="start_look_again")
@allow(Role.MANAGER)
def look_again(slug: str) -> Response:
    """Read Cliniko now."""
    problem = use_cases().setup.progress.look_again(current_clinic())
    if problem:
        return _found(problem, status=502)
    flash("Read from Cliniko just now.", "quiet")
    return cast(Response, redirect(url_for("console.start_found", slug=slug), code=303))


@blueprint.post("/<slug>/start/<step>/done", endpoint="start_mark")
@allow(Role.MANAGER)
def mark(slug: str, step: str) -> Response:
    """Call a step finished as it is."""
    try:
        use_cases().setup.progress.mark(author(), current_clinic(), step)
    except LookupError:
        abort(404)
    return cast(Response, redirect(url_for("console.start", slug=slug), code=303))


def _found(problem: str = "", *, status: int = 200) -> Response:
    found = use_cases().setup.progress.found(current_clinic())
    groups = (
        ()
        if found is None
        else (("Locations", found.locations), ("Practitioners", found.practitioners), ("Services", found.services))
    )
    account = found.account if found else ()
    return show(
        "console/found.html", title="Found in Cliniko", status=status, groups=groups, account=account, problem=problem
    )
