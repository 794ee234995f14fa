from datetime import timedelta

import pytest

from booking_app.pms.client import (
    ARCHIVED_AT,
    CANCELLED_AT,
    AttendeeFields,
    CancellationReason,
    ClinikoNotFound,
    ClinikoRejected,
    IndividualAppointmentFields,
)


def test_an_appointment_is_made_found_again_and_free_of_conflicts(client, slot, patient, book):
    made = book()
    assert (made.starts_at, made.ends_at, made.notes) == (slot.starts_at, slot.ends_at, "BK-CONTRACT")
    assert (made.patient_id, made.practitioner_id) == (patient.id, slot.practitioner_id)
    assert made.is_live
    assert client.individual_appointments.conflicts(made.id) is False
    fields = IndividualAppointmentFields
    where = [
        fields.patient_id.equals(patient.id),
        fields.starts_at.at_or_after(slot.starts_at),
        fields.starts_at.at_or_before(slot.starts_at),
    ]
    assert [one.id for one in client.individual_appointments.list(where=where)] == [made.id]


def test_a_taken_time_is_booked_all_the_same_and_only_conflicts_tell(client, book):
    """Cliniko allows double bookings on purpose."""
    first, second = book(), book()
    assert client.individual_appointments.conflicts(first.id)
    assert client.individual_appointments.conflicts(second.id)
    client.individual_appointments.archive(second.id)
    assert not client.individual_appointments.conflicts(first.id)


def test_an_end_that_is_not_given_follows_from_the_type(slot, book):
    assert book(ends_at=None).ends_at == slot.ends_at


def test_a_booked_time_is_no_longer_offered(client, slot, book):
    book()
    three = {
        "business_id": slot.business_id,
        "practitioner_id": slot.practitioner_id,
        "appointment_type_id": slot.appointment_type_id,
    }
    day = slot.starts_at.date()
    times = client.available_times.list(**three, from_day=day, to_day=day + timedelta(days=6))
    assert slot.starts_at not in [one.appointment_start for one in times]


def test_an_appointment_moves(client, slot, book):
    made = book()
    later = timedelta(hours=1)
    moved = client.individual_appointments.update(
        made.id, starts_at=slot.starts_at + later, ends_at=slot.ends_at + later
    )
    assert (moved.id, moved.starts_at) == (made.id, slot.starts_at + later)
    assert client.individual_appointments.update(made.id, notes="BK-OTHER").notes == "BK-OTHER"


def test_a_cancelled_appointment_is_hidden_and_can_be_asked_for(client, book):
    made = book()
    client.individual_appointments.cancel(made.id, reason=CancellationReason.OTHER, note="BK-CONTRACT")
    with pytest.raises(ClinikoNotFound):
        client.individual_appointments.get(made.id)
    hidden = client.individual_appointments.get(made.id, hidden=True)
    assert hidden.cancelled_at
    assert hidden.cancellation_reason == 50
    mine = IndividualAppointmentFields.patient_id.equals(made.patient_id)
    assert client.individual_appointments.list(where=[mine]) == ()
    assert len(client.individual_appointments.list(where=[mine, CANCELLED_AT.any()])) == 1


def test_an_archived_appointment_is_gone(client, book):
    made = book()
    client.individual_appointments.archive(made.id)
    with pytest.raises(ClinikoNotFound):
        client.individual_appointments.get(made.id)
    mine = IndividualAppointmentFields.patient_id.equals(made.patient_id)
    assert client.individual_appointments.list(where=[mine, ARCHIVED_AT.any()])[0].archived_at


def test_a_type_that_does_not_exist_is_rejected_under_another_name(book):
    with pytest.raises(ClinikoRejected) as caught:
        book(appointment_type_id="999")
    assert caught.value.fields == ("max_attendees",)


def test_the_attendee_is_found_along_the_link_by_the_booking_and_by_itself(client, patient, book):
    made = book()
    (attendee,) = client.attendees.of_appointment(made)
    assert (attendee.booking_id, attendee.patient_id) == (made.id, patient.id)
    assert attendee == client.attendees.get(attendee.id)
    assert client.attendees.list(where=[AttendeeFields.booking_id.equals(made.id)]) == (attendee,)


def test_an_attendee_that_comes_late_is_none_at_first(client, sandbox, book):
    sandbox.control.set_knob(attendee_lag_reads=1)
    made = book()
    assert client.attendees.of_appointment(made) == ()
    assert len(client.attendees.of_appointment(made)) == 1
