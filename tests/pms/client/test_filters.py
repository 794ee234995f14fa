from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from booking_app.pms.client import (
    ARCHIVED_AT,
    CANCELLED_AT,
    ID,
    BookingFields,
    BusinessFields,
    IndividualAppointmentFields,
    PatientFields,
)

AT = datetime(2026, 11, 24, 9, 30, 15, 999, tzinfo=UTC)


@pytest.mark.parametrize(
    ("condition", "expression"),
    [
        (PatientFields.email.equals("jo+x@example.com"), "email:=jo+x@example.com"),
        (PatientFields.last_name.contains("O'Neil, von"), "last_name:~O'Neil, von"),
        (PatientFields.date_of_birth.equals(date(1990, 2, 3)), "date_of_birth:=1990-02-03"),
        (PatientFields.old_reference_id.is_set(), "old_reference_id:?"),
        (PatientFields.email.is_missing(), "email:!?"),
        (ID.one_of(["1", "2"]), "id:=1,2"),
        (BookingFields.patient_ids.contains("7"), "patient_ids:~7"),
        (BusinessFields.show_in_online_bookings.equals(True), "show_in_online_bookings:=true"),
        (BusinessFields.show_in_online_bookings.equals(False), "show_in_online_bookings:=false"),
        (IndividualAppointmentFields.starts_at.at_or_after(AT), "starts_at:>=2026-11-24T09:30:15Z"),
        (IndividualAppointmentFields.starts_at.after(AT), "starts_at:>2026-11-24T09:30:15Z"),
        (IndividualAppointmentFields.ends_at.at_or_before(AT), "ends_at:<=2026-11-24T09:30:15Z"),
        (IndividualAppointmentFields.ends_at.before(AT), "ends_at:<2026-11-24T09:30:15Z"),
        (CANCELLED_AT.any(), "cancelled_at:*"),
        (ARCHIVED_AT.is_missing(), "archived_at:!?"),
    ],
)
def test_each_condition_has_the_operator_of_its_kind(condition, expression):
    """The guide on filtering results; a filter without an operator is a 400."""
    assert condition.expression == expression


def test_a_time_in_another_zone_is_asked_for_in_utc():
    adelaide = timezone(timedelta(hours=10, minutes=30))
    assert IndividualAppointmentFields.starts_at.after(AT.astimezone(adelaide)).condition == ">2026-11-24T09:30:15Z"


def test_a_naive_time_is_refused():
    with pytest.raises(ValueError, match="no instant"):
        IndividualAppointmentFields.starts_at.after(datetime(2026, 11, 24))  # noqa: DTZ001 - the point of the test


def test_what_a_patient_is_looked_up_by_is_not_in_repr():
    assert repr(PatientFields.email.equals("jo@example.com")) == "Filter(email)"


def test_filters_travel_encoded_and_repeated(client, cliniko):
    """An unencoded plus would be read as a blank, and the patient not be found."""
    cliniko.will_answer({"patients": [], "links": {}})
    where = [PatientFields.email.equals("jo+x@example.com"), PatientFields.last_name.equals("Ó Néill & Co")]
    client.patients.list(where=where, sort="created_at:desc")
    assert b"q%5B%5D=email%3A%3Djo%2Bx%40example.com&" in cliniko.last.url.raw_path
    assert cliniko.last.url.params.get_list("q[]") == ["email:=jo+x@example.com", "last_name:=Ó Néill & Co"]
    assert cliniko.last.url.params["sort"] == "created_at:desc"
