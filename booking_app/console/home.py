"""What is on today and what needs a hand."""

from flask import Response

from booking_app.clinics.staff import Role
from booking_app.console.access import allow, current_clinic
from booking_app.console.blueprint import blueprint
from booking_app.console.page import show


@blueprint.get("/<slug>/", endpoint="home")
@allow(Role.RECEPTIONIST)
def home(slug: str) -> Response:
    """The first page of a clinic."""
    return show("console/home.html", title="Today", clinic=current_clinic())
