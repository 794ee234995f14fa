"""What stands in the way, said in words with a way on: as a page, or as a fragment that htmx swaps in."""

from dataclasses import dataclass

import structlog
from flask import Flask, Response, g, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from booking_app.bookings.errors import (
    BookingBlocked,
    BookingGone,
    BookingOver,
    CatalogueMissing,
    DraftGone,
    NotOffered,
    NotSetUp,
    TooManyHolds,
)
from booking_app.core.failures import RemoteFailure
from booking_app.pages.shared.access import use_cases
from booking_app.pages.shared.guard import place_of
from booking_app.pages.shared.headers import allow_framing
from booking_app.pages.shared.rendering import render
from booking_app.pages.shared.shell import keep_clinic, shell

log = structlog.get_logger("booking_app.pages.shared")


@dataclass(frozen=True)
class ErrorPage:
    """One error in a patient's words. `way_on` is the text of the link that leads further, where there is one."""

    status: int
    heading: str
    sentence: str
    way_on: str | None = None


NOT_FOUND = ErrorPage(
    404, "Page not found", "Check the address, or follow the booking link on your clinic’s website again.",
    "Start a booking",
)  # fmt: skip
DRAFT_GONE = ErrorPage(
    410, "This booking page has ended",
    "To keep your details private, a booking page closes when it has not been used for a while. "
    "Nothing has been booked from it. If you had already confirmed, look for the message from your clinic.",
    "Start again",
)  # fmt: skip
BOOKING_GONE = ErrorPage(
    404, "Booking not found",
    "This link does not lead to a booking any more. If you need to change an appointment, call your clinic.",
)  # fmt: skip
BOOKING_OVER = ErrorPage(
    410, "This appointment is over",
    "To keep your details private, the link to an appointment ends some days after it. "
    "For anything about it, please contact the clinic.",
)  # fmt: skip
TOO_LARGE = ErrorPage(
    413, "That is too much to send",
    "What you sent is larger than this form can take. Go back, shorten your answers or clear the signature, "
    "and send it again.",
)  # fmt: skip
TOO_MANY = ErrorPage(
    429, "Please wait a little",
    "There have been many bookings from your connection in a short time. Wait a few minutes and try again, "
    "or call the clinic to book.",
    "Back to the booking page",
)  # fmt: skip
BLOCKED = ErrorPage(
    403, "Please call the clinic to book",
    "The clinic isn’t taking online bookings from this internet connection or email provider at the moment. "
    "Nothing has been booked.",
)  # fmt: skip
UNAVAILABLE = ErrorPage(
    503, "Times cannot be shown right now",
    "The clinic’s calendar does not answer at the moment. Nothing has been booked. "
    "Please try again in a few minutes, or call the clinic.",
    "Try again",
)  # fmt: skip
NOT_SET_UP = ErrorPage(
    503, "Online booking isn’t set up yet",
    "The clinic does not take bookings on this page yet. Please contact the clinic to book.",
)  # fmt: skip
CHANGED = ErrorPage(
    409, "The clinic has just changed this",
    "What can be booked was changed while you were looking. Nothing has been booked. Please choose again.",
    "Choose again",
)  # fmt: skip
BROKEN = ErrorPage(
    500, "Something went wrong", "The fault is ours and has been recorded. Please try again, or call the clinic.",
    "Back to the booking page",
)  # fmt: skip
PREVIEW = ErrorPage(
    403, "This is a preview", "It shows how the booking page will look. Nothing can be booked from it.",
)  # fmt: skip
NOT_ALLOWED = ErrorPage(405, "Page not found", "This address cannot be opened that way.", "Start a booking")
BAD_REQUEST = ErrorPage(400, "That could not be read", "Go back and send the form again.", "Back to the booking page")

BY_STATUS = {page.status: page for page in (NOT_FOUND, NOT_ALLOWED, TOO_LARGE, TOO_MANY, BAD_REQUEST)}


def register(app: Flask) -> None:
    for kind, page in (
        (DraftGone, DRAFT_GONE),
        (BookingGone, BOOKING_GONE),
        (TooManyHolds, TOO_MANY),
        (BookingBlocked, BLOCKED),
        (CatalogueMissing, UNAVAILABLE),
        (NotSetUp, NOT_SET_UP),
        (NotOffered, CHANGED),
        (RemoteFailure, UNAVAILABLE),
    ):
        app.register_error_handler(kind, lambda _error, page=page: error_page(page))
    app.register_error_handler(BookingOver, _over)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(Exception, _unexpected)


def error_page(page: ErrorPage) -> Response:
    """The page for an error that has words of its own."""
    if page is TOO_MANY:
        _stay_with_clinic()
    response = render(
        "shared/error.html", title=page.heading, status=page.status, shell=shell(), error=page, way_on_url=_way_on(page)
    )
    response.headers["Cache-Control"] = "no-store"
    if page.status in (429, 503):
        response.headers["Retry-After"] = "60"
    return response


def _over(error: BookingOver) -> Response:
    keep_clinic(error.clinic)
    return error_page(BOOKING_OVER)


def _stay_with_clinic() -> None:
    """Let what a limit refused before its view began be the clinic's page, in the frame of the clinic's site too."""
    if "clinic" in g or request.blueprint != "widget" or not request.view_args:
        return
    clinic = use_cases().browse.clinic(str(request.view_args.get("slug", "")))
    if clinic is not None:
        keep_clinic(clinic)
        allow_framing(clinic.allowed_sites or ())


def http_error(error: HTTPException) -> ResponseReturnValue:
    """The page for an error that only has a status."""
    if error.response is not None or (error.code or 500) < 400:
        return error.get_response()
    page = BY_STATUS.get(error.code or 500, BAD_REQUEST if (error.code or 500) < 500 else BROKEN)
    return error_page(page)


def _unexpected(error: Exception) -> Response:
    # The type and the place say what broke; the message and the values may hold a person's words.
    log.error("unexpected", error=type(error).__name__, where=place_of(error))
    return error_page(BROKEN)


def _way_on(page: ErrorPage) -> str | None:
    clinic = g.get("clinic")
    if page.way_on is None or clinic is None:
        return None
    if page.status == 503 and request.method == "GET":
        return request.full_path.rstrip("?")
    return url_for("widget.categories", slug=clinic.slug)
