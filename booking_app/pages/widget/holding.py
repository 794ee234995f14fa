"""The hold while the patient is at work, and where a draft leads that is over."""

from flask import Response, jsonify, make_response, request

from booking_app.bookings.errors import BookingBlocked
from booking_app.pages.shared import use_cases, words
from booking_app.pages.shared.form_tokens import TokenForm, TokenScope
from booking_app.pages.shared.visitors import asker
from booking_app.pages.widget.blueprint import blueprint
from booking_app.pages.widget.visits import Visit, load_visit


@blueprint.post("/d/<token>/hold", endpoint="hold")
def hold(slug: str, token: str) -> Response:
    """Let the hold grow; answers until when, in words and as seconds from now, or that the time is gone."""
    visit = load_visit(slug, token)
    form = TokenForm(request.form, scope=hold_scope(token))
    if not form.validate():
        return make_response("", 422)
    ends_at = use_cases().drafts.extend(visit.clinic, token)
    assert visit.draft is not None
    location = visit.catalogue.location(visit.draft.choice.location_id)
    if ends_at is None or location is None:
        return jsonify(held=False)
    seconds = (ends_at - use_cases().clock.now()).total_seconds()
    return jsonify(held=True, seconds=max(int(seconds), 0), until=words.time_of_day(ends_at, location.time_zone))


def refuse_blocked(visit: Visit) -> None:
    """Raise BookingBlocked where the clinic has blocked the visitor's network, or the domain of the e-mail typed."""
    details = visit.known_details
    networks = [network for network, _ in asker()]
    if use_cases().blocks.is_blocked(visit.clinic.id, networks, details.contact_email if details else None):
        raise BookingBlocked


def hold_scope(token: str) -> TokenScope:
    return TokenScope("hold", token)


def over(visit: Visit) -> Response | None:
    """Where a draft leads that has become a booking, or whose time was lost; None while it is being filled in.

    A request that was given up is being filled in again.
    """
    state = visit.draft.booking_state if visit.draft else None
    if state in (None, "withdrawn"):
        return None
    if state == "slot_lost":
        return visit.go("times", lost=1)
    return visit.go("done" if state == "confirmed" else "confirming")
