"""The clinics of whoever is signed in."""

from typing import cast

from flask import Response, redirect, url_for

from booking_app.console.access import allow_signed_in, current_staff
from booking_app.console.blueprint import blueprint
from booking_app.console.page import show
from booking_app.web import front


@blueprint.get("/", endpoint="clinics")
@allow_signed_in
def clinics() -> Response:
    """One's clinics to choose from; straight to it where there is only one."""
    seats = front().people.seats(current_staff().id)
    if len(seats) == 1:
        return cast(Response, redirect(url_for("console.home", slug=seats[0].clinic.slug), code=303))
    return show("console/clinics.html", title="Your clinics", seats=seats)
