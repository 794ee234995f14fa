"""Reasons that hold before Cliniko is asked for times: what is switched off, and the rules about the day. Pure."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from booking_app.availability.days import ONE_DAY, begins, day_of
from booking_app.bookings.why_not.explanations import Question, Reason
from booking_app.catalogue.curation import Curation
from booking_app.catalogue.obstacles import obstacles_in
from booking_app.clinics.records import BookingRules
from booking_app.core import dates
from booking_app.pms.records import PracticeCatalogue, Service

TRUSTED_KINDS = ("service", "practitioner", "location")


def setting_reasons(found: PracticeCatalogue, curation: Curation, question: Question) -> Iterator[Reason]:
    """What is switched off or hidden for the three that were asked for."""
    asked = {
        ("account", None),
        ("service", question.service_id),
        ("practitioner", question.practitioner_id),
        ("location", question.location_id),
    }
    for obstacle in obstacles_in(found, curation):
        if (obstacle.kind, obstacle.cliniko_id) in asked and _is_stopping(obstacle.kind, found):
            yield Reason("stops", obstacle.sentence)
    yield from _hidden(curation, question)
    yield from _not_together(found, question)


def day_reasons(
    found: PracticeCatalogue, service: Service, rules: BookingRules, day: date, *, zone: str, now: datetime
) -> Iterator[Reason]:
    """What the clinic's own rules and Cliniko's say about the day."""
    if day < day_of(now, zone):
        yield Reason("stops", f"{dates.full_day(day)} is past.")
        return
    yield from _too_far(found, rules, day, today=day_of(now, zone))
    for hours, whose, fix in _notices(found, service, rules):
        yield from _too_soon(now + timedelta(hours=hours), hours, day, zone=zone, whose=whose, fix=fix)


def _is_stopping(kind: str, found: PracticeCatalogue) -> bool:
    """An account whose zone is not known still shows times."""
    return kind in TRUSTED_KINDS or not found.is_online_booking_enabled


def _hidden(curation: Curation, question: Question) -> Iterator[Reason]:
    for noun, entries, cliniko_id in (
        ("service", curation.services, question.service_id),
        ("practitioner", curation.practitioners, question.practitioner_id),
        ("location", curation.locations, question.location_id),
    ):
        if any(entry.hidden and entry.cliniko_id == cliniko_id for entry in entries):
            yield Reason("stops", f"This {noun} is hidden here, in the console.", f"Show the {noun} again.")


def _not_together(found: PracticeCatalogue, question: Question) -> Iterator[Reason]:
    asked = (question.service_id, question.location_id, question.practitioner_id)
    if not any((one.service_id, one.location_id, one.practitioner_id) == asked for one in found.offers):
        yield Reason(
            "stops",
            "This practitioner does not give this service at this location.",
            "In Cliniko, under Settings, Appointment types, open the service; tick the practitioner and the location.",
        )


def _too_far(found: PracticeCatalogue, rules: BookingRules, day: date, *, today: date) -> Iterator[Reason]:
    latest = today + timedelta(days=rules.horizon_days)
    if day > latest:
        yield Reason(
            "stops",
            f"Patients may book {dates.counted(rules.horizon_days, 'day')} ahead, up to {dates.full_day(latest)}.",
            "Change “Days ahead” under Rules.",
        )
    if found.horizon_days is not None and day > today + timedelta(days=found.horizon_days):
        yield Reason(
            "stops",
            f"Cliniko lets patients book {dates.counted(found.horizon_days, 'day')} ahead.",
            "Change it in Cliniko under Settings, Online bookings.",
        )


def _notices(found: PracticeCatalogue, service: Service, rules: BookingRules) -> Iterator[tuple[int, str, str]]:
    """Each notice that a booking needs: hours, whose rule it is, and where to change it."""
    yield rules.lead_hours, "This clinic asks", "Change “Notice before a booking” under Rules."
    if service.lead_hours is None:
        yield found.lead_hours, "Cliniko asks", "Change it in Cliniko under Settings, Online bookings."
    else:
        yield service.lead_hours, "Cliniko asks", "Change it in Cliniko under Settings, Appointment types."


def _too_soon(earliest: datetime, hours: int, day: date, *, zone: str, whose: str, fix: str) -> Iterator[Reason]:
    if hours == 0 or earliest < begins(day, zone):
        return
    notice = f"{whose} for {dates.counted(hours, 'hour')}’ notice"
    local = earliest.astimezone(ZoneInfo(zone))
    first = f"{dates.clock_time(local)} on {dates.full_day(local.date())}"
    if earliest >= begins(day + ONE_DAY, zone):
        yield Reason("stops", f"{notice}: the first time that can be booked is {first}.", fix)
    else:
        yield Reason("limits", f"{notice}: only times from {first} on are shown.", fix)
