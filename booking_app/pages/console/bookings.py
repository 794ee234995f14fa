"""Bookings: looking for them, and what became of each."""

from typing import cast

from flask import Response, abort, flash, make_response, redirect, url_for

from booking_app.bookings.overview import BookingLine, Look, Wanted
from booking_app.clinics.staff import Role
from booking_app.pages.console.access import allow, author, current_clinic
from booking_app.pages.console.blueprint import blueprint
from booking_app.pages.console.booking_filters import WHENS, booked_choices, wanted_bookings, with_patients
from booking_app.pages.console.booking_lines import shown_lines
from booking_app.pages.console.page import show
from booking_app.pages.console.task_words import BOOKING_STATES, GIVEN_UP, RETRIED, TOO_LATE, part_of, retried_all
from booking_app.pages.shared import use_cases


@blueprint.get("/<slug>/bookings", endpoint="bookings")
@allow(Role.RECEPTIONIST)
def bookings(slug: str) -> Response:
    """Those to come by their time, or what was asked for; a name in the search never stands in a link or a log."""
    return _list(wanted_bookings())


@blueprint.post("/<slug>/bookings", endpoint="bookings_search")
@allow(Role.RECEPTIONIST)
def search(slug: str) -> Response:
    """The same by words: posted, because a name must not stand in an address."""
    return _list(wanted_bookings())


@blueprint.get("/<slug>/bookings/<reference>", endpoint="bookings_one")
@allow(Role.RECEPTIONIST)
def one(slug: str, reference: str) -> Response:
    """One booking and what became of each part of it."""
    return _show(_found(reference))


@blueprint.post("/<slug>/bookings/<reference>/tasks/<int:task_id>/retry", endpoint="bookings_retry")
@allow(Role.RECEPTIONIST)
def retry(slug: str, reference: str, task_id: int) -> Response:
    """Try one part again."""
    look = _having(reference, task_id)
    done = use_cases().staff_actions.retry(author(), current_clinic().id, task_id)
    flash(RETRIED if done else TOO_LATE, "quiet")
    return _back(look)


@blueprint.post("/<slug>/bookings/<reference>/tasks/<int:task_id>/give-up", endpoint="bookings_give_up")
@allow(Role.RECEPTIONIST)
def give_up(slug: str, reference: str, task_id: int) -> Response:
    """Decide that one part will not happen."""
    look = _having(reference, task_id)
    done = use_cases().staff_actions.give_up(author(), current_clinic().id, task_id)
    flash(GIVEN_UP if done else TOO_LATE, "quiet")
    return _back(look)


@blueprint.post("/<slug>/bookings/retry-all", endpoint="bookings_retry_all")
@allow(Role.RECEPTIONIST)
def retry_all(slug: str) -> Response:
    """Try everything again that needs attention."""
    count = use_cases().staff_actions.retry_all(author(), current_clinic().id)
    flash(retried_all(count), "quiet")
    where = url_for("console.bookings", slug=current_clinic().slug, needs_attention=1)
    return cast(Response, redirect(where, code=303))


@blueprint.post("/<slug>/bookings/<reference>/document.pdf", endpoint="bookings_document")
@allow(Role.RECEPTIONIST)
def document(slug: str, reference: str) -> Response:
    """The signed PDF; that it was opened is written down."""
    look = _found(reference)
    content = use_cases().staff_actions.document(author(), current_clinic().id, reference)
    if content is None:
        flash("This document is no longer kept here. You find it with the patient in Cliniko.", "wrong")
        return _back(look)
    response = make_response(content)
    response.content_type = "application/pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{look.line.booking.reference}.pdf"'
    return response


def _list(wanted: Wanted) -> Response:
    clinic = current_clinic()
    sought, problem = with_patients(clinic.id, wanted)
    found = use_cases().overview.find(clinic, sought)
    shown = shown_lines(found.lines, clinic)
    return show(
        "console/bookings.html", title="Bookings", lines=shown.lines, wanted=wanted, has_more=found.has_more,
        states={state: label for state, (_, label) in BOOKING_STATES.items()}, slug=clinic.slug,
        day=wanted.day.isoformat() if wanted.day else "", choices=booked_choices(), whens=WHENS,
        chosen={"practitioner": wanted.practitioner_id, "service": wanted.service_id, "location": wanted.location_id},
        problem=problem or shown.problem,
        is_narrowed=bool(wanted.state or wanted.service_id or wanted.practitioner_id or wanted.location_id),
        has_filter=wanted != Wanted(when=wanted.when, page=wanted.page),
    )  # fmt: skip


def _found(reference: str) -> Look:
    look = use_cases().overview.look(current_clinic(), reference)
    return look if look is not None else abort(404)


def _having(reference: str, task_id: int) -> Look:
    look = _found(reference)
    return look if any(task.id == task_id for task in look.line.tasks) else abort(404)


def _show(look: Look) -> Response:
    clinic = current_clinic()
    line: BookingLine = look.line
    shown = shown_lines([line], clinic)
    zone = str(line.names.get("time_zone") or clinic.time_zone)
    return show(
        "console/booking.html",
        title=f"Booking {line.booking.reference}",
        line=shown.lines[0],
        problem=shown.problem,
        parts=[part_of(task, look.vendors, zone, use_cases().task_kinds) for task in line.tasks],
        look=look,
        slug=clinic.slug,
        patient_url=use_cases().practice_links.patient(clinic.id, line.booking.cliniko_patient_id),
    )


def _back(look: Look) -> Response:
    where = url_for("console.bookings_one", slug=current_clinic().slug, reference=look.line.booking.reference)
    return cast(Response, redirect(where, code=303))
