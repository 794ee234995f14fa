"""Plain links to a map and to calendars on the web. Nothing is loaded from there; whoever follows one goes there.

They name neither person, service nor clinic, and never the private link to the booking.
"""

from datetime import UTC, datetime
from urllib.parse import urlencode

SUMMARY = "Appointment"


def map_url(address: str) -> str | None:
    """Where the address is on a map; None without an address."""
    if not address.strip():
        return None
    return f"https://www.google.com/maps/search/?{urlencode({'api': 1, 'query': _line(address)})}"


def google_calendar_url(starts_at: datetime, ends_at: datetime, *, address: str, reference: str) -> str:
    dates = "/".join(at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ") for at in (starts_at, ends_at))
    query = {"action": "TEMPLATE", "text": SUMMARY, "dates": dates, **_more(address, reference, "location", "details")}
    return f"https://calendar.google.com/calendar/render?{urlencode(query)}"


def outlook_calendar_url(starts_at: datetime, ends_at: datetime, *, address: str, reference: str) -> str:
    start, end = (at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") for at in (starts_at, ends_at))
    query = {
        "path": "/calendar/action/compose", "rru": "addevent", "subject": SUMMARY, "startdt": start, "enddt": end,
        **_more(address, reference, "location", "body"),
    }  # fmt: skip
    return f"https://outlook.live.com/calendar/0/deeplink/compose?{urlencode(query)}"


def _more(address: str, reference: str, place: str, text: str) -> dict[str, str]:
    where = {place: _line(address)} if address.strip() else {}
    return {**where, text: f"Reference {reference}"}


def _line(address: str) -> str:
    return ", ".join(part.strip() for part in address.splitlines() if part.strip())
