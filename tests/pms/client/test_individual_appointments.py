from datetime import datetime, timedelta, timezone

import httpx
import pytest

from booking_app.pms.client import (
    AttendeeFields,
    CancellationReason,
    ClinikoOutcomeUnknown,
    ClinikoRejected,
    ClinikoUnreadable,
    IndividualAppointmentFields,
)

ROOT = "https://api.au2.cliniko.com/v1"
AT = datetime(2026, 11, 24, 9, 0, tzinfo=timezone(timedelta(hours=10, minutes=30)))


def link(path):
    return {"links": {"self": f"{ROOT}/{path}"}}


def an_appointment(**members):
    """A body as seen from a live account: empty rule, null repeats, flags false at first."""
    return {
        "id": "501",
        "starts_at": "2026-11-23T22:30:00Z",
        "ends_at": "2026-11-23T23:00:00Z",
        "created_at": "2026-11-21T00:00:00Z",
        "appointment_type": link("appointment_types/33"),
        "business": link("businesses/11"),
        "practitioner": link("practitioners/22"),
        "patient": link("patients/44"),
        "patient_case": None,
        "attendees": link("individual_appointments/501/attendees"),
        "repeat_rule": {},
        "repeats": None,
        "notes": "BK-ABCD",
        "cancellation_reason_description": "",
        "did_not_arrive": False,
        "patient_arrived": False,
        "telehealth_url": "https://example.com/secret",
    } | members


def create(client, **members):
    ids = {"patient_id": "44", "practitioner_id": "22", "appointment_type_id": "33", "business_id": "11"}
    return client.individual_appointments.create(**(ids | {"starts_at": AT} | members))


def test_an_appointment_is_made_with_ids_as_text_and_times_in_utc(client, cliniko):
    cliniko.will_answer(an_appointment(), status=201)
    made = create(client, ends_at=AT + timedelta(minutes=30), notes="BK-ABCD")
    assert cliniko.last_json() == {
        "patient_id": "44",
        "practitioner_id": "22",
        "appointment_type_id": "33",
        "business_id": "11",
        "starts_at": "2026-11-23T22:30:00Z",
        "ends_at": "2026-11-23T23:00:00Z",
        "notes": "BK-ABCD",
    }
    assert (made.id, made.patient_id, made.practitioner_id) == ("501", "44", "22")
    assert made.starts_at == AT
    assert made.is_live
    assert "BK-ABCD" not in repr(made)


def test_an_end_that_is_not_given_is_left_to_cliniko(client, cliniko):
    cliniko.will_answer(an_appointment(), status=201)
    create(client)
    assert "ends_at" not in cliniko.last_json()


def test_a_naive_start_is_refused_before_anything_is_sent(client, cliniko):
    with pytest.raises(ValueError, match="no instant"):
        create(client, starts_at=datetime(2026, 11, 24, 9))  # noqa: DTZ001 - the point of the test
    assert cliniko.requests == []


def test_a_wrong_type_is_rejected_under_a_name_nobody_sent(client, cliniko):
    """Cliniko's keys are its own: an unresolvable type is reported as ``max_attendees``."""
    cliniko.will_answer({"message": "Validation Failed", "errors": {"max_attendees": "is not a number"}}, status=422)
    with pytest.raises(ClinikoRejected) as caught:
        create(client)
    assert caught.value.fields == ("max_attendees",)


@pytest.mark.parametrize("missing", ["starts_at", "ends_at"])
def test_an_appointment_made_but_answered_without_its_times_is_unknown(client, cliniko, missing):
    cliniko.will_answer(an_appointment(**{missing: None}), status=201)
    with pytest.raises(ClinikoOutcomeUnknown):
        create(client)


def test_references_may_be_missing(client, cliniko):
    cliniko.will_answer(an_appointment(patient=None, practitioner={}, attendees=None))
    found = client.individual_appointments.get("501")
    assert (found.patient_id, found.practitioner_id, found.attendees_link) == (None, None, None)


def test_a_cancelled_or_archived_one_is_asked_for_by_name(client, cliniko):
    """They are hidden by default; both filters lift that (guide on filtering, archived records)."""
    cliniko.will_answer(
        an_appointment(cancelled_at="2026-11-21T00:00:00Z", cancellation_reason=50, did_not_arrive=None)
    )
    found = client.individual_appointments.get("501", hidden=True)
    assert not found.is_live
    assert found.did_not_arrive is None
    assert cliniko.last.url.params.get_list("q[]") == ["archived_at:*", "cancelled_at:*"]


def test_a_legacy_deletion_counts_as_archived(client, cliniko):
    cliniko.will_answer(an_appointment(deleted_at="2026-11-21T00:00:00Z"))
    assert not client.individual_appointments.get("501").is_live


def test_a_lost_appointment_is_found_again_by_patient_and_start(client, cliniko):
    cliniko.will_answer({"individual_appointments": [an_appointment()], "links": {}})
    fields = IndividualAppointmentFields
    where = [fields.patient_id.equals("44"), fields.starts_at.at_or_after(AT), fields.starts_at.at_or_before(AT)]
    assert [one.notes for one in client.individual_appointments.list(where=where)] == ["BK-ABCD"]


def test_moving_sends_start_and_end_together(client, cliniko):
    """Whether the end would follow the start is not documented."""
    with pytest.raises(ValueError, match="together"):
        client.individual_appointments.update("501", starts_at=AT)
    cliniko.will_answer(an_appointment())
    client.individual_appointments.update("501", starts_at=AT, ends_at=AT + timedelta(minutes=30))
    assert cliniko.last.method == "PATCH"
    assert cliniko.last_json() == {"starts_at": "2026-11-23T22:30:00Z", "ends_at": "2026-11-23T23:00:00Z"}


def test_cancelling_is_a_patch_with_a_reason(client, cliniko):
    """Other methods are answered with a 404 page."""
    cliniko.will(httpx.Response(204))
    client.individual_appointments.cancel("501", reason=CancellationReason.OTHER, note="BK-ABCD")
    assert (cliniko.last.method, cliniko.last.url.path) == ("PATCH", "/v1/individual_appointments/501/cancel")
    assert cliniko.last_json() == {"cancellation_reason": 50, "cancellation_note": "BK-ABCD"}


def test_archiving_is_a_post(client, cliniko):
    cliniko.will(httpx.Response(204))
    client.individual_appointments.archive("501")
    assert (cliniko.last.method, cliniko.last.url.path) == ("POST", "/v1/individual_appointments/501/archive")


def test_a_cancellation_cut_off_is_unknown(client, cliniko):
    cliniko.will(httpx.ReadTimeout("x"))
    with pytest.raises(ClinikoOutcomeUnknown):
        client.individual_appointments.cancel("501", reason=CancellationReason.SICK)


def test_conflicts_are_yes_or_no_and_never_a_guess(client, cliniko):
    cliniko.will_answer({"conflicts": {"exist": True}}, {"conflicts": {"exist": False}}, {"conflicts": {}}, {})
    assert client.individual_appointments.conflicts("501") is True
    assert client.individual_appointments.conflicts("501") is False
    for _ in range(2):
        with pytest.raises(ClinikoUnreadable):
            client.individual_appointments.conflicts("501")


def test_attendees_are_found_along_the_link_of_their_appointment(client, cliniko):
    """The link is nested or flat, depending on the account's age: it is followed, not built."""
    flat = {"links": {"self": f"{ROOT}/attendees?q%5B%5D=booking_id%3A%3D501"}}
    cliniko.will_answer(an_appointment(attendees=flat))
    appointment = client.individual_appointments.get("501")
    attendee = {"id": "601", "booking": link("bookings/501"), "patient": link("patients/44"), "arrived": None}
    cliniko.will_answer({"attendees": [attendee], "links": {}})
    (found,) = client.attendees.of_appointment(appointment)
    assert str(cliniko.last.url) == flat["links"]["self"]
    assert (found.id, found.booking_id, found.patient_id, found.arrived) == ("601", "501", "44", None)


def test_attendees_without_a_link_are_found_by_their_booking(client, cliniko):
    cliniko.will_answer(an_appointment(attendees=None), {"attendees": [], "links": {}})
    assert client.attendees.of_appointment(client.individual_appointments.get("501")) == ()
    assert cliniko.last.url.params.get_list("q[]") == [AttendeeFields.booking_id.equals("501").expression]


def test_the_links_of_an_attendee_are_secrets(client, cliniko):
    cliniko.will_answer({"id": "601", "telehealth_url": "https://x/secret1", "cancellation_url": "https://x/secret2"})
    found = client.attendees.get("601")
    assert found.telehealth_url.endswith("secret1")
    assert "secret" not in repr(found)
