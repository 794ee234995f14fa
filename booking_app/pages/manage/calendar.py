"""The appointment as a calendar file."""

from flask import Response, make_response

from booking_app.bookings.mail.calendar import CalendarEntry, calendar_file
from booking_app.pages.manage.blueprint import blueprint
from booking_app.pages.manage.owned import OwnedBooking, load_owned
from booking_app.pages.shared import use_cases


@blueprint.get("/booking.ics", endpoint="calendar")
def calendar(token: str) -> Response:
    """An iCalendar file that says when and where, and nothing of what for."""
    owned = load_owned(token)
    response = make_response(calendar_file(_entry(owned), now=use_cases().clock.now()))
    response.content_type = "text/calendar; charset=utf-8"
    response.headers["Content-Disposition"] = 'attachment; filename="appointment.ics"'
    return response


def _entry(owned: OwnedBooking) -> CalendarEntry:
    booking = owned.booking
    settings = use_cases().settings
    return CalendarEntry(
        reference=booking.reference,
        starts_at=booking.choice.starts_at,
        ends_at=booking.choice.ends_at,
        address="" if owned.is_by_video else owned.address,
        join_url=booking.join.url or "",
        manage_url=f"{settings.base_url}{owned.url('booking')}",
        organizer=booking.clinic.email or settings.mail_from,
        sequence=booking.sequence,
        is_cancelled=owned.is_cancelled,
    )
