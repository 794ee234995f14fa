"""The booking as its patient sees it."""

from flask import Response

from booking_app.manage.blueprint import blueprint
from booking_app.manage.owned import load_owned


@blueprint.get("", endpoint="booking")
def booking(token: str) -> Response:
    """What, when and where, and what can still be done about it."""
    owned = load_owned(token)
    return owned.show("manage/booking.html", title="Your booking")
