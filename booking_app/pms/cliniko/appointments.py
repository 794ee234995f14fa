"""Appointments: making, finding and taking them back, and what overlaps them."""

from collections.abc import Sequence
from datetime import UTC, datetime

from booking_app.pms import records
from booking_app.pms.client import (
    ARCHIVED_AT,
    CANCELLED_AT,
    ID,
    UPDATED_AT,
    Attendee,
    AttendeeFields,
    Booking,
    BookingFields,
    CancellationReason,
    ClinikoBadRequest,
    ClinikoClient,
    ClinikoNotFound,
    ClinikoRejected,
    ClinikoUnreadable,
    IndividualAppointment,
    IndividualAppointmentFields,
)
from booking_app.pms.cliniko import groups
from booking_app.pms.errors import PracticeMissing
from booking_app.pms.practice import CancelReason
from booking_app.pms.records import Appointment, NewAppointment

LONGEST_LINK = 1000
UNDATED = datetime(1970, 1, 1, tzinfo=UTC)
REASONS: dict[CancelReason, CancellationReason] = {
    "feeling_better": CancellationReason.FEELING_BETTER,
    "condition_worse": CancellationReason.CONDITION_WORSE,
    "sick": CancellationReason.SICK,
    "away": CancellationReason.AWAY,
    "work": CancellationReason.WORK,
    "other": CancellationReason.OTHER,
}


def create_appointment(client: ClinikoClient, new: NewAppointment) -> Appointment:
    """Make it; Cliniko takes it even where the time is taken."""
    if new.group_id is not None:
        return groups.take_place(client, new)
    made = client.individual_appointments.create(
        patient_id=new.patient_id,
        practitioner_id=new.practitioner_id,
        appointment_type_id=new.service_id,
        business_id=new.location_id,
        starts_at=new.starts_at,
        ends_at=new.ends_at,
        notes=new.note or None,
    )
    return _appointment(made)


def move_appointment(
    client: ClinikoClient, appointment_id: str, *, practitioner_id: str, starts_at: datetime, ends_at: datetime
) -> Appointment:
    """Give it another time; Cliniko takes it even where that is taken."""
    moved = client.individual_appointments.update(
        appointment_id, practitioner_id=practitioner_id, starts_at=starts_at, ends_at=ends_at
    )
    return _appointment(moved)


def find_appointment(client: ClinikoClient, *, patient_id: str, starts_at: datetime, marker: str) -> Appointment | None:
    """The patient's live appointment at that start whose note carries the marker; the oldest, should there be two."""
    fields = IndividualAppointmentFields
    listed = client.individual_appointments.list(
        where=[
            fields.patient_id.equals(patient_id),
            fields.starts_at.at_or_after(starts_at),
            fields.starts_at.at_or_before(starts_at),
        ]
    )
    ours = [_appointment(one) for one in listed if one.is_live and marker in one.notes]
    return min(ours, key=lambda one: one.created_at, default=None)


def read_appointment(client: ClinikoClient, appointment_id: str) -> Appointment | None:
    """The appointment, also when it is cancelled or archived; None when Cliniko shows no trace of it."""
    if groups.is_place(appointment_id):
        return groups.read_place(client, appointment_id)
    try:
        return _appointment(client.individual_appointments.get(appointment_id, hidden=True))
    except ClinikoNotFound:
        # Whether a filter reveals a hidden record under its own address is not certain; in the list it does.
        where = [ID.equals(appointment_id), ARCHIVED_AT.any(), CANCELLED_AT.any()]
        listed = client.individual_appointments.list(where=where, limit=1)
    return next((_appointment(one) for one in listed if one.id == appointment_id), None)


def read_appointments(client: ClinikoClient, appointment_ids: Sequence[str]) -> tuple[Appointment, ...]:
    """Those of the ids that Cliniko shows in its list, cancelled and archived ones too."""
    places = [one for one in appointment_ids if groups.is_place(one)]
    individual = [one for one in appointment_ids if not groups.is_place(one)]
    found = groups.read_places(client, places)
    if not individual:
        return found
    where = [ID.one_of(individual), ARCHIVED_AT.any(), CANCELLED_AT.any()]
    return (*found, *(_appointment(one) for one in client.individual_appointments.list(where=where)))


def changed_appointments(
    client: ClinikoClient, since: datetime, *, with_places: bool = False
) -> tuple[Appointment, ...]:
    """What changed at or after that second, whatever became of it; the oldest change first.

    Cliniko keeps no log of changes, so that of several changes of one appointment the last is seen.
    """
    where = [UPDATED_AT.at_or_after(since), ARCHIVED_AT.any(), CANCELLED_AT.any()]
    found = [_appointment(one) for one in client.individual_appointments.list(where=where)]
    found += groups.changed_places(client, since) if with_places else ()
    return tuple(sorted(found, key=lambda one: (one.changed_at or UNDATED, one.cliniko_id)))


def has_conflict(client: ClinikoClient, appointment_id: str) -> bool:
    """Whether anything overlaps it. Where Cliniko's own answer cannot be had, the calendar is read instead.

    Raises PracticeMissing when the appointment is gone.
    """
    if groups.is_place(appointment_id):
        return groups.is_one_too_many(client, appointment_id)
    try:
        return client.individual_appointments.conflicts(appointment_id)
    except (ClinikoNotFound, ClinikoUnreadable):
        own = read_appointment(client, appointment_id)
    if own is None or own.practitioner_id is None or own.is_archived or own.is_cancelled:
        raise PracticeMissing("cliniko_404")
    found = overlapping(client, practitioner_id=own.practitioner_id, starts_at=own.starts_at, ends_at=own.ends_at)
    return any(one.cliniko_id != appointment_id for one in found)


def overlapping(
    client: ClinikoClient, *, practitioner_id: str, starts_at: datetime, ends_at: datetime
) -> tuple[Appointment, ...]:
    """What lies in the practitioner's calendar between the two instants, in order of time.

    Only individual appointments show their notes, so two lists are read, and that of all kinds first: an appointment
    made between the two reads is then in the second with its note, and not in the first without.
    """
    span = [
        BookingFields.practitioner_id.equals(practitioner_id),
        BookingFields.starts_at.before(ends_at),
        BookingFields.ends_at.after(starts_at),
    ]
    others = [one for one in client.bookings.list(where=span) if one.kind != "individual"]
    individual = client.individual_appointments.list(where=span)
    found = {one.id: _other(one) for one in others if one.is_live}
    found.update({one.id: _appointment(one) for one in individual if one.is_live})
    inside = (one for one in found.values() if one.starts_at < ends_at and one.ends_at > starts_at)
    return tuple(sorted(inside, key=lambda one: (one.starts_at, one.cliniko_id)))


def archive_appointment(client: ClinikoClient, appointment_id: str) -> None:
    """As if it had never been; one that is gone is left alone."""
    if groups.is_place(appointment_id):
        return groups.archive_place(client, appointment_id)
    try:
        client.individual_appointments.archive(appointment_id)
    except ClinikoNotFound:
        return None


def add_note(client: ClinikoClient, appointment_id: str, note: str) -> None:
    """Write a line below what the note says: Cliniko replaces the whole text, so it is read first."""
    found = client.individual_appointments.get(appointment_id)
    if note not in found.notes:
        client.individual_appointments.update(appointment_id, notes=f"{found.notes}\n{note}".strip())


def cancel_appointment(client: ClinikoClient, appointment_id: str, *, reason: CancelReason, note: str) -> None:
    """Cancel it unless it is over already: what Cliniko answers to a second cancelling is not documented."""
    if groups.is_place(appointment_id):
        return groups.cancel_place(client, appointment_id, reason=REASONS[reason], note=note)
    if not _is_live(client, appointment_id):
        return None
    try:
        client.individual_appointments.cancel(appointment_id, reason=REASONS[reason], note=note or None)
    except (ClinikoNotFound, ClinikoRejected):
        if _is_live(client, appointment_id):
            raise


def attendee_of(client: ClinikoClient, appointment_id: str) -> records.Attendee | None:
    """The attendee, or None while Cliniko has not made it yet."""
    if groups.is_place(appointment_id):
        found = groups.read_attendee(client, appointment_id)
        return records.Attendee(found.id, _join_url(found)) if found else None
    listed = _listed_attendees(client, appointment_id) or _linked_attendees(client, appointment_id)
    live = [one for one in listed if one.cancelled_at is None and one.archived_at is None]
    return records.Attendee(live[0].id, _join_url(live[0])) if live else None


def _listed_attendees(client: ClinikoClient, appointment_id: str) -> tuple[Attendee, ...]:
    try:
        found = client.attendees.list(where=[AttendeeFields.booking_id.equals(appointment_id)], limit=10)
    except (ClinikoBadRequest, ClinikoNotFound):
        return ()
    return tuple(one for one in found if one.booking_id == appointment_id)


def _linked_attendees(client: ClinikoClient, appointment_id: str) -> tuple[Attendee, ...]:
    """Along the link that the appointment carries, where the list of all attendees shows none."""
    appointment = client.individual_appointments.get(appointment_id)
    return client.attendees.of_appointment(appointment)


def _join_url(attendee: Attendee) -> str:
    """The patient's link as a page may show it: an address on the web and nothing else. Cliniko has one for every
    attendee, whether the type is by video or not."""
    url = attendee.telehealth_url.strip()
    is_address = url.isprintable() and " " not in url and len(url) <= LONGEST_LINK
    return url if is_address and url.startswith("https://") else ""


def _is_live(client: ClinikoClient, appointment_id: str) -> bool:
    found = read_appointment(client, appointment_id)
    return found is not None and not (found.is_cancelled or found.is_archived)


def _appointment(found: IndividualAppointment) -> Appointment:
    return Appointment(
        cliniko_id=found.id,
        starts_at=found.starts_at,
        ends_at=found.ends_at,
        created_at=found.created_at or UNDATED,
        note=found.notes,
        patient_id=found.patient_id,
        practitioner_id=found.practitioner_id,
        is_cancelled=found.cancelled_at is not None,
        is_archived=found.archived_at is not None,
        is_missed=bool(found.did_not_arrive),
        changed_at=found.updated_at,
        service_id=found.appointment_type_id,
        location_id=found.business_id,
    )


def _other(found: Booking) -> Appointment:
    """A group or a block: nobody's appointment in particular, and never one of ours."""
    return Appointment(
        cliniko_id=found.id,
        starts_at=found.starts_at,
        ends_at=found.ends_at,
        created_at=found.created_at or UNDATED,
        note="",
        patient_id=None,
        practitioner_id=found.practitioner_id,
    )
