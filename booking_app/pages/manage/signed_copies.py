"""`/signed/<token>`: the patient's copy of what was signed."""

from typing import Any

from flask import Blueprint, Response, make_response

from booking_app.bookings.signed_copies import CopyGone
from booking_app.pages.shared import use_cases
from booking_app.pages.shared.limits import limit_lookups
from booking_app.pages.shared.rendering import render
from booking_app.pages.shared.shell import keep_clinic, shell

REFRESH_SECONDS = 8

blueprint = Blueprint("signed", __name__)


@blueprint.get("/signed/<token>", endpoint="copy")
@limit_lookups
def copy(token: str) -> Response:
    """The PDF; a page that says so while there is none, and nothing at all for whoever has no link of ours."""
    try:
        found = use_cases().signed_copies.read(token)
    except CopyGone:
        return _page("manage/copy_gone.html", "This link has ended", 404)
    keep_clinic(found.clinic)
    if found.is_away:
        return _page("manage/copy_away.html", "Your copy can’t be shown right now", 503)
    if found.pdf is None:
        return _page("manage/copy_waiting.html", "Your copy is being made", 200, refresh_seconds=REFRESH_SECONDS)
    response = make_response(found.pdf)
    response.content_type = "application/pdf"
    response.headers["Content-Disposition"] = 'attachment; filename="signed.pdf"'
    return response


def _page(fragment: str, title: str, status: int, **values: Any) -> Response:
    response = render(fragment, title=title, status=status, shell=shell(), **values)
    if status == 503:
        response.headers["Retry-After"] = "60"
    return response
