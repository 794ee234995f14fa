"""Group appointments: when there are places, and one patient's place in one.

A place is an attendee. Where a patient's appointment is meant, a place goes by the attendee's id with a mark before it,
so that everything that can be done to an appointment can be done to a place.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta

from booking_app.pms.client import (
    ARCHIVED_AT,
    CANCELLED_AT,
    ID,
    UPDATED_AT,
    Attendee,
    AttendeeFields,
    CancellationReason,
    ClinikoClient,
    ClinikoNotFound,
    ClinikoRejected,
    GroupAppointment,
    GroupAppointmentFields,
)
from booking_app.pms.errors import PracticeMissing
from booking_app.pms.records import Appointment, GroupTime, NewAppointment

PLACE = "attendee/"
# The account's days may begin and end so long before and after those of UTC.
EARLIEST, LATEST = timedelta(hours=14), timedelta(hours=12)
AT_ONCE = 50  # ids in one filter


def is_place(appointment_id: str) -> bool:
    return appointment_id.startswith(PLACE)


def attendee_id_of(place_id: str) -> str:
    return place_id.removeprefix(PLACE)


def read_group_times(
    client: ClinikoClient, *, location_id: str, practitioner_id: str, service_id: str, from_day: date, to_day: date
) -> tuple[GroupTime, ...]:
    """The groups that start on those days of the account's zone, and a little before and after, in order of time, with
    the places left; full ones too. Two lists."""
    fields, midnight = GroupAppointmentFields, time(tzinfo=UTC)
    found = client.group_appointments.list(
        where=[
            fields.appointment_type_id.equals(service_id),
            fields.business_id.equals(location_id),
            fields.practitioner_id.equals(practitioner_id),
            fields.starts_at.at_or_after(datetime.combine(from_day, midnight) - EARLIEST),
            fields.starts_at.before(datetime.combine(to_day + timedelta(days=1), midnight) + LATEST),
        ]
    )
    live = [one for one in found if one.archived_at is None]
    taken = Counter(one.booking_id for one in _attendees_of(client, [one.id for one in live]))
    times = (_group_time(one, taken[one.id]) for one in live)
    return tuple(sorted(times, key=lambda one: (one.starts_at, one.group_id)))


def read_group(client: ClinikoClient, group_id: str) -> GroupTime | None:
    """One group with the places left now; None when it is archived or gone. Two calls."""
    try:
        found = client.group_appointments.get(group_id)
    except ClinikoNotFound:
        return None
    if found.archived_at is not None:
        return None
    return _group_time(found, len(_attendees_of(client, [group_id])))


def take_place(client: ClinikoClient, new: NewAppointment) -> Appointment:
    """Make the patient an attendee; whether Cliniko refuses that in a full group is not documented."""
    assert new.group_id is not None
    made = client.attendees.create(booking_id=new.group_id, patient_id=new.patient_id, notes=new.note or None)
    return Appointment(
        cliniko_id=PLACE + made.id,
        starts_at=new.starts_at,
        ends_at=new.ends_at,
        created_at=made.created_at or new.starts_at,
        note=made.notes,
        patient_id=new.patient_id,
        practitioner_id=new.practitioner_id,
        service_id=new.service_id,
        location_id=new.location_id,
    )


def find_place(client: ClinikoClient, group_id: str, *, patient_id: str | None, marker: str) -> Appointment | None:
    """The live place of the group whose note carries the marker; the oldest, should there be two."""
    where = [AttendeeFields.booking_id.equals(group_id)]
    where += [AttendeeFields.patient_id.equals(patient_id)] if patient_id else []
    ours = [one for one in client.attendees.list(where=where) if _is_live(one) and marker in one.notes]
    return _place(min(ours, key=_rank), _group(client, group_id)) if ours else None


def is_in_group(client: ClinikoClient, group_id: str, patient_id: str) -> bool:
    """Whether the group names the patient; it may do so before its list of attendees does."""
    group = _group(client, group_id)
    return group is not None and patient_id in group.patient_ids


def is_one_too_many(client: ClinikoClient, place_id: str) -> bool:
    """Whether the group is over-full and this place is beyond its limit: the lower ids stay.

    Counts those before it, so that it does not matter whether the list shows this one already.
    """
    attendee = client.attendees.get(attendee_id_of(place_id))
    if attendee.booking_id is None or not _is_live(attendee):
        raise PracticeMissing("cliniko_404")
    group = client.group_appointments.get(attendee.booking_id)
    before = [one for one in _attendees_of(client, [group.id]) if _rank(one) < _rank(attendee)]
    return len(before) >= group.max_attendees


def read_place(client: ClinikoClient, place_id: str) -> Appointment | None:
    """The place as an appointment, also when it is cancelled or archived; None when there is no trace of it."""
    return next(iter(read_places(client, [place_id])), None)


def read_places(client: ClinikoClient, place_ids: Sequence[str]) -> tuple[Appointment, ...]:
    """Those of the places that Cliniko shows, cancelled and archived ones too. Two lists."""
    if not place_ids:
        return ()
    where = [ID.one_of(attendee_id_of(one) for one in place_ids), ARCHIVED_AT.any(), CANCELLED_AT.any()]
    return _places(client, client.attendees.list(where=where))


def changed_places(client: ClinikoClient, since: datetime) -> tuple[Appointment, ...]:
    """Places that were taken, given up or archived since, and those of groups that changed. Four lists at most.

    Every individual appointment has an attendee as well; those are left out.
    """
    everything = [UPDATED_AT.at_or_after(since), ARCHIVED_AT.any()]
    attendees = client.attendees.list(where=[*everything, CANCELLED_AT.any()])
    changed = client.group_appointments.list(where=everything)
    places = {one.cliniko_id: one for one in _places(client, attendees)}
    of_changed = _attendees_of(client, [one.id for one in changed])
    by_id = {one.id: one for one in changed}
    for attendee in of_changed:
        place = _place(attendee, by_id.get(attendee.booking_id or ""))
        places.setdefault(place.cliniko_id, place)
    return tuple(places.values())


def archive_place(client: ClinikoClient, place_id: str) -> None:
    """As if it had never been taken; one that is gone is left alone."""
    try:
        client.attendees.archive(attendee_id_of(place_id))
    except ClinikoNotFound:
        return


def cancel_place(client: ClinikoClient, place_id: str, *, reason: CancellationReason, note: str) -> None:
    """Give it up, unless it is over already."""
    if not _stands(client, place_id):
        return
    try:
        client.attendees.cancel(attendee_id_of(place_id), reason=reason, note=note or None)
    except (ClinikoNotFound, ClinikoRejected):
        if _stands(client, place_id):
            raise


def read_attendee(client: ClinikoClient, place_id: str) -> Attendee | None:
    """The attendee behind a place; None when it does not stand. Raises ClinikoNotFound when there is no trace of it."""
    found = client.attendees.get(attendee_id_of(place_id))
    return found if _is_live(found) else None


def _stands(client: ClinikoClient, place_id: str) -> bool:
    found = read_place(client, place_id)
    return found is not None and found.is_live


def _attendees_of(client: ClinikoClient, group_ids: Sequence[str]) -> list[Attendee]:
    """The live attendees of these groups."""
    found: list[Attendee] = []
    for first in range(0, len(group_ids), AT_ONCE):
        some = group_ids[first : first + AT_ONCE]
        listed = client.attendees.list(where=[AttendeeFields.booking_id.one_of(some)])
        found += [one for one in listed if _is_live(one) and one.booking_id in some]
    return found


def _places(client: ClinikoClient, attendees: Iterable[Attendee]) -> tuple[Appointment, ...]:
    """Attendees of groups as appointments; those of anything else are left out."""
    listed = tuple(attendees)
    ids = sorted({one.booking_id for one in listed if one.booking_id})
    groups = {}
    for first in range(0, len(ids), AT_ONCE):
        where = [ID.one_of(ids[first : first + AT_ONCE]), ARCHIVED_AT.any()]
        groups.update({one.id: one for one in client.group_appointments.list(where=where)})
    return tuple(_place(one, groups[one.booking_id]) for one in listed if one.booking_id in groups)


def _group(client: ClinikoClient, group_id: str) -> GroupAppointment | None:
    where = [ID.equals(group_id), ARCHIVED_AT.any()]
    return next((one for one in client.group_appointments.list(where=where) if one.id == group_id), None)


def _place(attendee: Attendee, group: GroupAppointment | None) -> Appointment:
    if group is None:
        raise PracticeMissing("cliniko_404")
    changes = [one for one in (attendee.updated_at, group.updated_at) if one is not None]
    return Appointment(
        cliniko_id=PLACE + attendee.id,
        starts_at=group.starts_at,
        ends_at=group.ends_at,
        created_at=attendee.created_at or group.starts_at,
        note=attendee.notes,
        patient_id=attendee.patient_id,
        practitioner_id=group.practitioner_id,
        is_cancelled=attendee.cancelled_at is not None,
        is_archived=attendee.archived_at is not None or group.archived_at is not None,
        is_missed=attendee.arrived is False,
        service_id=group.appointment_type_id,
        location_id=group.business_id,
        changed_at=max(changes, default=None),
    )


def _group_time(group: GroupAppointment, taken: int) -> GroupTime:
    return GroupTime(
        group_id=group.id,
        starts_at=group.starts_at,
        ends_at=group.ends_at,
        places_left=max(group.max_attendees - taken, 0),
    )


def _is_live(attendee: Attendee) -> bool:
    return attendee.cancelled_at is None and attendee.archived_at is None


def _rank(attendee: Attendee) -> tuple[int, str]:
    """Ids are opaque; longer digit strings are later ones."""
    return (len(attendee.id), attendee.id)
