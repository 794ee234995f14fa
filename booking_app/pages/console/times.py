"""Instants as the clinic's people read them: in the clinic's own zone."""

from datetime import datetime

from booking_app.pages.console.access import current_clinic
from booking_app.pages.console.blueprint import blueprint
from booking_app.pages.shared import words


@blueprint.app_template_filter("iso")
def iso(at: datetime) -> str:
    """The instant for `<time datetime>`."""
    return words.iso(at)


@blueprint.app_template_filter("at_clinic")
def at_clinic(at: datetime) -> str:
    """`Tuesday 24 November 2026, 9:00 am`; only on pages of a clinic."""
    return words.full_time(at, current_clinic().time_zone)
