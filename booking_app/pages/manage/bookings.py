"""The booking as its patient sees it."""

from flask import Response, redirect, request

from booking_app.pages.manage.blueprint import blueprint
from booking_app.pages.manage.owned import load_owned
from booking_app.pages.manage.requests import show_request
from booking_app.pages.shared.rendering import wants_fragment
from booking_app.pages.shared.signed_copies import copy_url

POLL_HEADER = "HX-Trigger"
POLLER = "moving-poll"
REFRESH_SECONDS = 4


@blueprint.get("", endpoint="booking")
def booking(token: str) -> Response:
    """What, when and where, and what can still be done about it. With `moved` it says how the move ended."""
    owned = load_owned(token, with_requests=True)
    if owned.is_request:
        return show_request(owned)
    if owned.is_not_booked:
        return owned.show("manage/not_booked.html", title="Nothing is booked")
    if owned.is_moving:
        if wants_fragment() and request.headers.get(POLL_HEADER) == POLLER:
            return Response(status=204)
        title = "We are moving your appointment"
        return owned.show("manage/moving.html", title=title, refresh_seconds=REFRESH_SECONDS)
    move = owned.booking.move
    outcome = move.outcome if move and request.args.get("moved") else None
    if outcome == "lost" and owned.booking.is_movable:
        return redirect(owned.url("times", lost="1"), code=303)  # type: ignore[return-value]
    copy = None if owned.is_cancelled else copy_url(owned.booking.reference)
    return owned.show(
        "manage/booking.html", title="Your booking", outcome=outcome, copy_url=copy, is_asked="asked" in request.args
    )
