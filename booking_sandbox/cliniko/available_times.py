"""``available_times`` and ``next_available_time``."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from werkzeug.wrappers import Response

from booking_sandbox.cliniko import availability, paging
from booking_sandbox.cliniko.answers import BadRequest, NotFound, as_json
from booking_sandbox.cliniko.availability import Question
from booking_sandbox.cliniko.context import ClinikoCall
from booking_sandbox.cliniko.noun import live
from booking_sandbox.instants import date_from_text
from booking_sandbox.table import Record

_BAD_WINDOW = "Invalid time frame definition. Please check from/to param limitations."
_PATH = "/businesses/<business_id>/practitioners/<practitioner_id>/appointment_types/<appointment_type_id>"


def list_times(call: ClinikoCall) -> Response:
    """The times of a window of days, counted in the account's zone."""
    triple = _bookable(call)
    first, last = _window(call)
    starts = availability.texts(availability.times(_question(call, triple, first, last)))
    page = paging.page_of(
        call,
        "available_times",
        starts,
        lambda start: {"appointment_start": start},
        relative=call.knobs.relative_available_times_link,
    )
    return as_json(page)


def next_time(call: ClinikoCall) -> Response:
    """The first time of a window, or from now on when no window is given."""
    triple = _bookable(call)
    if "from" in call.request.args or "to" in call.request.args:
        first, last = _window(call)
    else:
        first = _today(call)
        last = first + timedelta(days=call.account.online_booking("allow_bookings_days_in_advance") or 365)
    starts = availability.texts(availability.times(_question(call, triple, first, last)))
    if not starts and call.knobs.next_available_time_none == "404":
        raise NotFound
    body: dict[str, Any] = {"appointment_start": starts[0] if starts else None, "links": {"self": call.request.url}}
    return as_json(body)


def _bookable(call: ClinikoCall) -> tuple[Record, Record, Record]:
    """Business, practitioner and type; NotFound unless all are shown online and belong together."""
    business = live(call, "businesses", call.args["business_id"])
    person = live(call, "practitioners", call.args["practitioner_id"])
    kind = live(call, "appointment_types", call.args["appointment_type_id"])
    if business is None or person is None or kind is None or not call.account.online_booking("enabled"):
        raise NotFound
    shown = all(row.get("show_in_online_bookings") for row in (business, person, kind)) and person["active"]
    together = (
        business["id"] in person["business_ids"]
        and kind["id"] in person["appointment_type_ids"]
        and kind["id"] in business["appointment_type_ids"]
    )
    if not (shown and together):
        raise NotFound
    return business, person, kind


def _today(call: ClinikoCall) -> date:
    return call.world.clock.now().astimezone(call.account.zone).date()


def _window(call: ClinikoCall) -> tuple[date, date]:
    first = date_from_text(call.request.args.get("from"))
    last = date_from_text(call.request.args.get("to"))
    if first is None or last is None:
        raise BadRequest(_BAD_WINDOW)
    longest = timedelta(days=call.knobs.available_times_max_days)
    if first < _today(call) or last < first or last - first > longest:
        raise BadRequest(_BAD_WINDOW)
    return first, last


def _question(call: ClinikoCall, triple: tuple[Record, Record, Record], first: date, last: date) -> Question:
    business, person, kind = triple
    return Question(
        account=call.account,
        business=business,
        practitioner=person,
        kind=kind,
        begins=datetime.combine(first, time(), call.account.zone).astimezone(UTC),
        ends=datetime.combine(last + timedelta(days=1), time(), call.account.zone).astimezone(UTC),
        now=call.world.clock.now(),
        overrun=call.knobs.available_times_overrun,
    )


ROUTES = [("GET", f"{_PATH}/available_times", list_times), ("GET", f"{_PATH}/next_available_time", next_time)]
