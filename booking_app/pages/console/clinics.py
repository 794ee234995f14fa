"""The clinics of whoever is signed in."""

from typing import cast

from flask import Response, redirect, request

from booking_app.pages.console.access import allow_signed_in, current_staff
from booking_app.pages.console.blueprint import blueprint
from booking_app.pages.console.nav import landing_page
from booking_app.pages.console.page import show
from booking_app.pages.shared import use_cases


@blueprint.get("/", endpoint="clinics")
@allow_signed_in
def clinics() -> Response:
    """One's clinics to choose from; straight to it where there is only one, unless the list was asked for."""
    me = current_staff()
    seats, invitations = use_cases().people.seats(me.id), use_cases().people.invitations(me.id)
    if len(seats) == 1 and not invitations and "choose" not in request.args:
        return cast(Response, redirect(landing_page(seats[0]), code=303))
    can_make_one = use_cases().setup.clinics.is_open_to(me.id)
    states = use_cases().clinic_states.of([seat.clinic.id for seat in seats])
    return show(
        "console/clinics.html",
        title="Your clinics",
        seats=[(seat, landing_page(seat)) for seat in seats],
        states=states,
        invitations=invitations,
        can_make_one=can_make_one,
        is_proven=me.is_proven,
    )
