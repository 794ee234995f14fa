from datetime import date

import pytest

from booking_app.pms.client import ARCHIVED_AT, ClinikoNotFound, ClinikoRejected, PatientFields, PhoneNumber


def test_a_patient_is_made_with_everything_a_booking_knows_and_read_back(client):
    made = client.patients.create(
        first_name="Siobhán",
        last_name="O'Contract",
        email="s+contract@example.com",
        date_of_birth=date(1990, 2, 3),
        patient_phone_numbers=[PhoneNumber(phone_type="Mobile", number="0491 570 006")],
        emergency_contact="Pat O'Contract, 0491 570 156",
        accepted_privacy_policy=True,
        accepted_email_marketing=False,
        unsubscribe_sms_marketing=True,
        old_reference_id="BK-CONTRACT",
        time_zone="Australia/Adelaide",
    )
    found = client.patients.get(made.id)
    assert (found.first_name, found.last_name, found.email) == ("Siobhán", "O'Contract", "s+contract@example.com")
    assert found.date_of_birth == date(1990, 2, 3)
    assert found.phone_numbers[0].normalized_number.endswith("491570006")
    assert found.accepted_privacy_policy is True
    assert found.accepted_sms_marketing is False


def test_a_patient_is_found_by_email_with_plus_by_name_and_birthday_and_by_marker(client):
    made = client.patients.create(
        first_name="Ana",
        last_name="Plus-Sign",
        email="ana+plus@example.com",
        date_of_birth=date(1980, 5, 6),
        old_reference_id="BK-MARKER",
    )
    fields = PatientFields
    for where in (
        [fields.email.equals("ana+plus@example.com")],
        [fields.last_name.equals("Plus-Sign"), fields.date_of_birth.equals(date(1980, 5, 6))],
        [fields.old_reference_id.equals("BK-MARKER")],
    ):
        assert [one.id for one in client.patients.list(where=where)] == [made.id]


def test_a_wrong_email_is_rejected_by_its_field(unchecked):
    with pytest.raises(ClinikoRejected) as caught:
        unchecked.patients.create(first_name="A", last_name="B", email="not an address")
    assert caught.value.fields == ("email",)


def test_only_what_changes_is_changed(client, patient):
    changed = client.patients.update(patient.id, preferred_first_name="Con")
    assert (changed.preferred_first_name, changed.email) == ("Con", patient.email)


@pytest.mark.parametrize("answer", ["404", "200"])
def test_an_archived_patient_is_still_found_when_asked_for(client, sandbox, patient, answer):
    sandbox.control.set_knob(archived_by_id=answer)
    client.patients.archive(patient.id)
    assert client.patients.get(patient.id, hidden=True).archived_at
    assert client.patients.get_current(patient.id).archived_at
    if answer == "404":
        with pytest.raises(ClinikoNotFound):
            client.patients.get(patient.id)


def test_a_merged_patient_leads_to_the_one_that_stands_for_it(client):
    merged = [one for one in client.patients.list(where=[ARCHIVED_AT.is_set()]) if one.merged_into_id]
    assert merged
    current = client.patients.get_current(merged[0].id)
    assert current.id == merged[0].merged_into_id
    assert current.archived_at is None
