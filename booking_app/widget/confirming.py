"""After the button: waiting for Cliniko, booked, or honestly not."""

from flask import Response, request, url_for

from booking_app.booking.records import BookingStatus
from booking_app.web import front
from booking_app.web.rendering import wants_fragment
from booking_app.widget.blueprint import blueprint
from booking_app.widget.summary import appointment
from booking_app.widget.visits import Visit, load_visit

POLL_HEADER = "HX-Trigger"
POLLER = "confirming-poll"


@blueprint.get("/d/<token>/confirming", endpoint="confirming")
def confirming(slug: str, token: str) -> Response:
    """The waiting page; it asks again by itself, and hears 204 while there is nothing new."""
    visit = load_visit(slug, token)
    status = front().placing.status(visit.clinic, token)
    if status.state == "slot_lost":
        return visit.go("times", lost=1)
    if status.state in ("confirmed", "cancelling", "cancelled"):
        return visit.go("done")
    if status.state == "failed":
        return _show(visit, status, "widget/failed.html")
    if wants_fragment() and request.headers.get(POLL_HEADER) == POLLER:
        return Response(status=204)
    return _show(visit, status, "widget/confirming.html", refresh_seconds=4)


@blueprint.get("/d/<token>/done", endpoint="done")
def done(slug: str, token: str) -> Response:
    """The booking, once Cliniko has it."""
    visit = load_visit(slug, token)
    status = front().placing.status(visit.clinic, token)
    if status.state not in ("confirmed", "cancelling", "cancelled"):
        return visit.go("confirming")
    return _show(visit, status, "widget/done.html" if status.state == "confirmed" else "widget/cancelled.html")


def _show(visit: Visit, status: BookingStatus, fragment: str, **more: object) -> Response:
    links = {
        name: url_for(f"manage.{name}", token=status.manage_token) if status.manage_token else None
        for name in ("booking", "calendar")
    }
    return visit.show(
        fragment,
        step=5,
        status=200,
        booking=status,
        appointment=appointment(visit, status.choice),
        links=links,
        poll_url=visit.url("confirming"),
        restart_url=url_for("widget.categories", slug=visit.clinic.slug),
        **more,
    )
