"""Who may see what: every page below a clinic's address says which role it takes, and strangers find nothing there."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from flask import Response, abort, g, make_response, redirect, request, url_for
from flask_login import current_user

from booking_app.clinics.audit import Author
from booking_app.clinics.models import Clinic
from booking_app.clinics.people import Seat
from booking_app.clinics.staff import Role
from booking_app.pages.console.accounts import Account
from booking_app.pages.console.errors import SIGNED_OUT, TOO_LOW, error_page
from booking_app.pages.shared import use_cases
from booking_app.pages.shared.rendering import wants_fragment

View = Callable[..., Response]


def allow(*roles: Role) -> Callable[[View], View]:
    """Open a view below `/console/<slug>/` to people of that clinic whose role covers one of these.

    Managers cover receptionist, designer and bookkeeper; owners cover everybody. Designers and bookkeepers see no
    patient: their roles stand only at views that show none. Whoever is signed out signs in first; a stranger to the
    clinic gets 404, a role that does not reach 403 in words.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(*args: Any, slug: str, **values: Any) -> Response:
            if not current_user.is_authenticated:
                return ask_to_sign_in()
            seat = use_cases().people.seat(current_staff().id, slug)
            if seat is None:
                abort(404)
            g.seat = seat
            if not seat.role.covers(*roles):
                return error_page(TOO_LOW)
            return view(*args, slug=slug, **values)

        checked.allowed_roles = roles  # type: ignore[attr-defined]
        return checked

    return decorate


def allow_signed_in(view: View) -> View:
    """Open a view that belongs to no clinic to everybody who is signed in."""

    @wraps(view)
    def checked(*args: Any, **values: Any) -> Response:
        return view(*args, **values) if current_user.is_authenticated else ask_to_sign_in()

    checked.allowed_roles = ()  # type: ignore[attr-defined]
    return checked


def open_to_all(view: View) -> View:
    """Say on purpose that a view needs nobody to be signed in."""
    view.open_to_all = True  # type: ignore[attr-defined]
    return view


def current_staff() -> Account:
    """Who is signed in; only behind `allow` or `allow_signed_in`."""
    return cast(Account, current_user._get_current_object())


def is_signed_in() -> bool:
    return bool(current_user.is_authenticated)


def current_seat() -> Seat | None:
    """The person's place at the clinic of this request; None on pages that belong to no clinic."""
    return cast(Seat | None, g.get("seat"))


def current_clinic() -> Clinic:
    """The clinic of this request; only behind `allow`."""
    seat: Seat = g.seat
    return seat.clinic


def may(*roles: Role) -> bool:
    """Whether the person may do at this clinic what asks for one of `roles`: for showing or leaving out a button."""
    seat = current_seat()
    return seat is not None and seat.role.covers(*roles)


def author() -> Author:
    """Who changes something now, for the use case to write down."""
    return Author(current_staff().id, use_cases().clock.now())


def ask_to_sign_in() -> Response:
    """To the sign-in page and back again; what was posted cannot be taken along, so that is said instead."""
    if request.method != "GET":
        return error_page(SIGNED_OUT)
    address = url_for("console.sign_in", next=request.full_path.rstrip("?"))
    if wants_fragment():
        return make_response("", 204, {"HX-Redirect": url_for("console.sign_in")})
    return cast(Response, redirect(address, code=303))
