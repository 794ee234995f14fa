"""Bookings from before a connection, sent later: what is asked for, and how far it has come."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from wtforms import DateField
from wtforms.validators import Optional

from booking_app.clinics.models import Clinic, Connection
from booking_app.crm.backfill.backfill import Progress
from booking_app.pages.console.forms import ConsoleForm
from booking_app.pages.shared import use_cases, words


class PastForm(ConsoleForm):
    """From which day on; empty for all."""

    since = DateField(
        "Booked on or after", [Optional()],
        description="Empty: all of them.", render_kw={"autocomplete": "off"},
    )  # fmt: skip


@dataclass(frozen=True)
class ShownPast:
    """The newest wish, with how far it has come; `ended` is empty while it is under way."""

    progress: Progress
    ended: str


def shown_past(row: Connection, clinic: Clinic) -> ShownPast | None:
    """None where nobody has asked yet."""
    progress = use_cases().backfill.latest(row.id)
    if progress is None:
        return None
    ended = words.full_time(progress.finished_at, clinic.time_zone) if progress.finished_at else ""
    return ShownPast(progress, ended)


def beginning_of(day: date | None, clinic: Clinic) -> datetime | None:
    """The first moment of the day at the clinic, in UTC."""
    return datetime.combine(day, time(), ZoneInfo(clinic.time_zone)).astimezone(UTC) if day else None
