"""After the button: waiting for Cliniko, held until it is back, booked, or honestly not."""

from dataclasses import dataclass
from typing import Any

from flask import Response, request, url_for

from booking_app.bookings.records import BookingStatus
from booking_app.deposits.terms import may_have_paid
from booking_app.pages.shared import use_cases, words
from booking_app.pages.shared.deposit_words import deposit_words
from booking_app.pages.shared.form_tokens import STALE, TokenForm, TokenScope
from booking_app.pages.shared.limits import limit_posts
from booking_app.pages.shared.outside_links import google_calendar_url, outlook_calendar_url
from booking_app.pages.shared.rendering import wants_fragment
from booking_app.pages.shared.signed_copies import copy_url
from booking_app.pages.widget.blueprint import blueprint
from booking_app.pages.widget.summary import appointment
from booking_app.pages.widget.visits import Visit, load_visit

POLL_HEADER = "HX-Trigger"
JOIN_POLLER = "confirming-poll-join"  # the page of the booking, looking for the link to a visit by video


@dataclass(frozen=True)
class Waiting:
    """One of the three ways in which the page waits. `poller` is the id by which its poll is known."""

    fragment: str
    title: str
    poller: str
    refresh_seconds: int


# Where there is something to decide or to read, the page stands still for longer.
PLACING = Waiting("widget/confirming.html", "Confirming your booking", "confirming-poll", 4)
OFFERED = Waiting("widget/offered.html", "Nothing is booked yet", "confirming-poll-offered", 30)
GIVING_BACK = Waiting("pay/returning.html", "Giving back your deposit", "giving-back-poll", 4)
HELD = Waiting("widget/held.html", "Your request is held", "confirming-poll-held", 30)


@blueprint.get("/d/<token>/confirming", endpoint="confirming")
def confirming(slug: str, token: str) -> Response:
    """The waiting page; it asks again by itself, and hears 204 while there is nothing new."""
    visit = load_visit(slug, token)
    return _confirming(visit, use_cases().placing.status(visit.clinic, token))


@blueprint.post("/d/<token>/hold-request", endpoint="hold_request")
@limit_posts
def hold_request(slug: str, token: str) -> Response:
    """The patient agrees that the request is held while Cliniko does not answer. Sending it again is harmless."""
    visit = load_visit(slug, token)
    if not _form(token, request.form).validate():
        return _confirming(visit, use_cases().placing.status(visit.clinic, token), status=422, notice=STALE)
    use_cases().held_requests.hold(visit.clinic, token)
    return visit.go("confirming")


@blueprint.post("/d/<token>/withdraw", endpoint="withdraw")
@limit_posts
def withdraw(slug: str, token: str) -> Response:
    """The patient wants no more of it: back to the check step, with every answer kept."""
    visit = load_visit(slug, token)
    if not _form(token, request.form).validate():
        return _confirming(visit, use_cases().placing.status(visit.clinic, token), status=422, notice=STALE)
    use_cases().held_requests.withdraw(visit.clinic, token)
    return visit.go("confirming")


@blueprint.get("/d/<token>/hold-request", endpoint="hold_request_again")
@blueprint.get("/d/<token>/withdraw", endpoint="withdraw_again")
def decide_again(slug: str, token: str) -> Response:
    """A button's own address, opened by itself, leads to how the booking stands."""
    return load_visit(slug, token).go("confirming")


@blueprint.get("/d/<token>/done", endpoint="done")
def done(slug: str, token: str) -> Response:
    """The booking, once Cliniko has it."""
    visit = load_visit(slug, token)
    status = use_cases().placing.status(visit.clinic, token)
    if status.state not in ("confirmed", "cancelling", "cancelled"):
        return visit.go("confirming")
    if status.state == "confirmed":
        copy, deposit = copy_url(status.reference), _deposit(visit, status)
        return _show(
            visit, status, "widget/done.html", title="Booking confirmed", copy_url=copy, deposit=deposit
        )  # fmt: skip
    return _show(visit, status, "widget/cancelled.html", title="Booking cancelled")


def _confirming(visit: Visit, booking: BookingStatus, *, status: int = 200, notice: str | None = None) -> Response:
    """The page for a booking as it stands, or the page that it has gone on to."""
    if booking.state == "slot_lost":
        return _giving_back(visit, booking) or visit.go("times", lost=1)
    if booking.state == "withdrawn":
        return visit.go("check")
    if booking.state in ("confirmed", "cancelling", "cancelled"):
        return visit.go("done")
    if booking.state == "failed":
        return _show(visit, booking, "widget/failed.html", title="Not confirmed yet")
    waiting = HELD if booking.is_held else OFFERED if booking.waits_until else PLACING
    if wants_fragment() and request.headers.get(POLL_HEADER) == waiting.poller:
        return Response(status=204)
    return _show(
        visit, booking, waiting.fragment, title=waiting.title, status=status, notice=notice, poller=waiting.poller,
        refresh_seconds=waiting.refresh_seconds, form=_form(visit.token or "", None),
        waits_until=_spoken(visit, booking), hold_url=visit.url("hold_request"), withdraw_url=visit.url("withdraw"),
    )  # fmt: skip


def _deposit(visit: Visit, booking: BookingStatus) -> tuple[str, ...]:
    """What was paid; nothing, without asking the database, where the clinic takes no deposits."""
    service = visit.catalogue.service(booking.choice.service_id)
    paid = use_cases().paying.paid_for(booking.reference) if may_have_paid(visit.clinic, service) else None
    return deposit_words(paid, is_cancelled=False) if paid else ()


def _giving_back(visit: Visit, booking: BookingStatus) -> Response | None:
    """What was paid goes back before other times are offered; None where nothing was, or it cannot be waited for."""
    if not use_cases().paying.is_settling(booking.reference):
        return None
    if wants_fragment() and request.headers.get(POLL_HEADER) == GIVING_BACK.poller:
        return Response(status=204)
    return _show(
        visit, booking, GIVING_BACK.fragment, title=GIVING_BACK.title, poller=GIVING_BACK.poller, poll_seconds=3,
        refresh_seconds=GIVING_BACK.refresh_seconds,
    )  # fmt: skip


def _form(token: str, posted: object) -> TokenForm:
    return TokenForm(posted, scope=TokenScope("request", token))


def _spoken(visit: Visit, booking: BookingStatus) -> str | None:
    location = visit.catalogue.location(booking.choice.location_id)
    if booking.waits_until is None or location is None:
        return None
    return words.time_of_day(booking.waits_until, location.time_zone)


def _outside(visit: Visit, booking: BookingStatus) -> dict[str, str]:
    """Links to calendars on the web."""
    choice, about = booking.choice, appointment(visit, booking.choice)
    given = {"address": "" if about.is_by_video else about.address, "reference": booking.reference}
    return {
        "google": google_calendar_url(choice.starts_at, choice.ends_at, **given),
        "outlook": outlook_calendar_url(choice.starts_at, choice.ends_at, **given),
    }


def _show(
    visit: Visit, booking: BookingStatus, fragment: str, *, title: str, status: int = 200, **more: Any
) -> Response:
    links = {
        name: url_for(f"manage.{name}", token=booking.manage_token) if booking.manage_token else None
        for name in ("booking", "calendar")
    }
    return visit.show(
        fragment,
        step=5,
        title=title,
        status=status,
        booking=booking,
        appointment=appointment(visit, booking.choice, is_booked=booking.state == "confirmed"),
        links=links,
        outside=_outside(visit, booking),
        poll_url=visit.url("confirming"),
        this_page=visit.url("done"),
        is_counted=request.headers.get(POLL_HEADER) != JOIN_POLLER,
        restart_url=url_for("widget.categories", slug=visit.clinic.slug),
        **more,
    )
