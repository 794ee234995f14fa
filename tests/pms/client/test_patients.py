from datetime import date

import httpx
import pytest

from booking_app.pms.client import ClinikoNotFound, ClinikoUnreadable, PhoneNumber

LOSER, WINNER = "1000000000000000001", "1000000000000000002"


def a_patient(patient_id, merged_into=None, **members):
    link = f"https://api.au2.cliniko.com/v1/patients/{merged_into}?q%5B%5D=archived_at%3A%2A"
    reference = {"links": {"self": link}} if merged_into else None
    return {"id": patient_id, "first_name": "Jo", "last_name": "Bloggs", "merged_with_patient": reference} | members


def test_a_patient_is_read_with_unset_members_in_every_form(client, cliniko):
    numbers = [{"phone_type": "Mobile", "number": "0400 000 000", "normalized_number": "61400000000"}]
    cliniko.will_answer(
        a_patient(
            LOSER, email="", notes=None, date_of_birth="1990-02-03", patient_phone_numbers=numbers, surprise={"x": 1}
        )
    )
    found = client.patients.get(LOSER)
    assert (found.email, found.notes, found.old_reference_id) == ("", "", "")
    assert found.date_of_birth == date(1990, 2, 3)
    assert found.phone_numbers[0].normalized_number == "61400000000"
    assert "archived_at" not in str(cliniko.last.url)


def test_nothing_personal_is_in_the_repr_of_a_patient(client, cliniko):
    numbers = [{"phone_type": "Mobile", "number": "0400 000 000"}]
    cliniko.will_answer(
        a_patient(LOSER, email="jo@example.com", patient_phone_numbers=numbers, date_of_birth="1990-02-03")
    )
    found = client.patients.get(LOSER)
    shown = repr(found) + repr(found.phone_numbers)
    assert not [text for text in ("Jo", "Bloggs", "jo@", "0400", "1990") if text in shown]
    assert hash(found)


def test_creating_sends_only_what_was_given(client, cliniko):
    cliniko.will_answer(a_patient(LOSER), status=201)
    client.patients.create(
        first_name="Jo",
        last_name="Bloggs",
        date_of_birth=date(1990, 2, 3),
        email=None,
        patient_phone_numbers=[
            PhoneNumber(phone_type="Mobile", number="0400 000 000", normalized_number="61400000000")
        ],
        accepted_privacy_policy=True,
        unsubscribe_sms_marketing=False,
    )
    assert cliniko.last.method == "POST"
    assert cliniko.last_json() == {
        "first_name": "Jo",
        "last_name": "Bloggs",
        "date_of_birth": "1990-02-03",
        "patient_phone_numbers": [{"phone_type": "Mobile", "number": "0400 000 000"}],
        "accepted_privacy_policy": True,
        "unsubscribe_sms_marketing": False,
    }


@pytest.mark.parametrize("name", ["gender", "accepted_sms_marketing", "label", "id", "archived_at"])
def test_what_is_read_only_cannot_be_written(client, cliniko, name):
    """``gender`` is deprecated and read-only, ``accepted_sms_marketing`` has a write-only inverse."""
    with pytest.raises(ValueError, match=f"not writable on a patient: {name}"):
        client.patients.update(LOSER, **{name: "x"})
    assert cliniko.requests == []


def test_a_patient_without_a_name_is_not_sent(client, cliniko):
    with pytest.raises(ValueError, match="first_name and last_name"):
        client.patients.create(first_name="Jo", last_name="")
    assert cliniko.requests == []


def test_an_update_is_a_patch_of_what_changes(client, cliniko):
    cliniko.will_answer(a_patient(LOSER))
    client.patients.update(LOSER, email="new@example.com")
    assert (cliniko.last.method, cliniko.last.url.path) == ("PATCH", f"/v1/patients/{LOSER}")
    assert cliniko.last_json() == {"email": "new@example.com"}


def test_archiving_has_neither_body_nor_answer(client, cliniko):
    cliniko.will(httpx.Response(204))
    client.patients.archive(LOSER)
    assert (cliniko.last.method, cliniko.last.url.path) == ("POST", f"/v1/patients/{LOSER}/archive")
    assert cliniko.last.content == b""


def test_a_live_patient_is_current_with_one_request(client, cliniko):
    cliniko.will_answer(a_patient(LOSER))
    assert client.patients.get_current(LOSER).id == LOSER
    assert len(cliniko.requests) == 1
    assert cliniko.last.url.params.get_list("q[]") == ["archived_at:*"]


def test_a_merged_patient_leads_to_the_one_that_stands_for_it(client, cliniko):
    """The loser of a merge is archived, so it is asked for with the filter that shows archived records."""
    merged = a_patient(LOSER, merged_into=WINNER, archived_at="2026-01-01T00:00:00Z", merged_at="2026-01-01T00:00:00Z")
    cliniko.will_answer(merged, a_patient(WINNER))
    assert client.patients.get_current(LOSER).id == WINNER


def test_a_merged_patient_hidden_by_its_own_address_is_found_in_the_list(client, cliniko):
    cliniko.will(httpx.Response(404))
    cliniko.will_answer({"patients": [a_patient(LOSER, merged_into=WINNER)], "links": {}}, a_patient(WINNER))
    assert client.patients.get_current(LOSER).id == WINNER
    assert cliniko.requests[1].url.params.get_list("q[]") == [f"id:={LOSER}", "archived_at:*"]


def test_a_patient_that_is_nowhere_is_not_found(client, cliniko):
    cliniko.will(httpx.Response(404), httpx.Response(200, json={"patients": [], "links": {}}))
    with pytest.raises(ClinikoNotFound):
        client.patients.get_current(LOSER)


def test_merges_that_lead_in_a_circle_end_in_an_error(client, cliniko):
    cliniko.will_answer(a_patient(LOSER, merged_into=WINNER), a_patient(WINNER, merged_into=LOSER))
    with pytest.raises(ClinikoUnreadable, match="circle"):
        client.patients.get_current(LOSER)


def test_merges_without_end_are_given_up(client, cliniko):
    cliniko.will_answer(*[a_patient(str(n), merged_into=str(n + 1)) for n in range(20)])
    with pytest.raises(ClinikoUnreadable):
        client.patients.get_current("0")
    assert len(cliniko.requests) == 6
