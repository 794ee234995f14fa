"""The log of changes: who, when, what was before and after."""

from dataclasses import dataclass

from flask import Response, request

from booking_app.clinics.audit import Change
from booking_app.clinics.staff import Role
from booking_app.pages.console.access import allow, current_clinic
from booking_app.pages.console.audit_words import BY_PATIENTS, NOUNS, words_of
from booking_app.pages.console.blueprint import blueprint
from booking_app.pages.console.page import show
from booking_app.pages.console.saving import in_words
from booking_app.pages.shared import use_cases, words
from booking_app.pages.shared.typed_values import page_asked

PER_PAGE = 50


@dataclass(frozen=True)
class Line:
    """One change as the page tells it; `details` are (what, before, after)."""

    when: str
    iso: str
    who: str
    what: str
    details: tuple[tuple[str, str, str], ...]


@blueprint.get("/<slug>/changes", endpoint="changes")
@allow(Role.MANAGER)
def changes(slug: str) -> Response:
    """The newest changes, of one person or one kind where that is asked for."""
    noun, person = request.args.get("kind", ""), request.args.get("person", "")
    page = page_asked()
    clinic = current_clinic()
    found = use_cases().audit.changes(
        clinic.id, noun=noun, email=person, limit=PER_PAGE + 1, offset=(page - 1) * PER_PAGE
    )
    return show(
        "console/changes.html",
        title="Activity log",
        lines=[_line(change, clinic.time_zone) for change in found[:PER_PAGE]],
        kinds=NOUNS,
        kind=noun,
        people=use_cases().audit.authors(clinic.id),
        person=person,
        page=page,
        has_more=len(found) > PER_PAGE,
    )


def _line(change: Change, time_zone: str) -> Line:
    keys = list(dict.fromkeys([*change.before, *change.after]))
    return Line(
        when=words.full_time(change.at, time_zone),
        iso=words.iso(change.at),
        who=change.email or ("Patient" if change.action in BY_PATIENTS else "Command line"),
        what=words_of(change.action),
        details=tuple(
            (key.replace("_", " "), in_words(change.before.get(key)), in_words(change.after.get(key))) for key in keys
        ),
    )
