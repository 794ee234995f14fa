"""Patients: what is required, what is refused, what nothing prevents."""

import httpx
import pytest

from booking_sandbox.server import SandboxServer

from .conftest import Clinic


def test_only_the_two_names_are_required(api: httpx.Client) -> None:
    answer = api.post("/patients", json={"email": "x@example.com"})
    assert answer.status_code == 422
    assert answer.json() == {
        "message": "Validation Failed",
        "errors": {"first_name": "can’t be blank", "last_name": "can’t be blank"},
    }


def test_the_same_person_can_be_added_twice(clinic: Clinic) -> None:
    values = {"email": "same@example.com", "date_of_birth": "1990-01-01"}
    assert clinic.add_patient(**values) != clinic.add_patient(**values)


def test_a_new_patient_has_every_member_and_empty_strings_where_nothing_was_said(api: httpx.Client) -> None:
    answer = api.post("/patients", json={"first_name": "Robin", "last_name": "Sample"})
    patient = answer.json()
    assert answer.status_code == 201
    assert answer.headers["Location"].endswith(f"/patients/{patient['id']}")
    assert patient["label"] == "Robin Sample"
    assert (patient["email"], patient["address_1"], patient["notes"]) == ("", "", "")
    assert (patient["archived_at"], patient["merged_at"], patient["merged_with_patient"]) == (None, None, None)


def test_phone_numbers_get_a_normalised_form(api: httpx.Client) -> None:
    numbers = [{"phone_type": "Mobile", "number": "0491 570 156"}, {"phone_type": "Home", "number": "+64 21 555 0100"}]
    body = {"first_name": "Robin", "last_name": "Sample", "patient_phone_numbers": numbers}
    shown = api.post("/patients", json=body).json()["patient_phone_numbers"]
    assert [item["normalized_number"] for item in shown] == ["61491570156", "64215550100"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"email": "not an address"}, "email"),
        ({"invoice_email": "x@"}, "invoice_email"),
        ({"first_name": "x" * 256}, "first_name"),
        ({"first_name": " "}, "first_name"),
        ({"date_of_birth": "17/05/1990"}, "date_of_birth"),
        ({"date_of_birth": "1990-02-30"}, "date_of_birth"),
        ({"reminder_type": "Pigeon"}, "reminder_type"),
        ({"dva_card_number": "1234"}, "dva_card_number"),
        ({"time_zone": "Adelaide"}, "time_zone"),
        ({"title": "Captain"}, "title"),
        ({"pronouns": {"nominative": "they"}}, "pronouns"),
        ({"patient_phone_numbers": [{"phone_type": "Car", "number": "1"}]}, "patient_phone_numbers"),
        ({"patient_phone_numbers": [{"phone_type": "Mobile", "number": ""}]}, "patient_phone_numbers"),
        ({"concession_type_id": "1"}, "concession_type"),
        ({"accepted_privacy_policy": "yes"}, "accepted_privacy_policy"),
        ({"address_1": {"street": "x"}}, "address_1"),
    ],
)
def test_one_bad_field_refuses_the_whole_patient(api: httpx.Client, values: dict[str, object], field: str) -> None:
    before = api.get("/patients").json()["total_entries"]
    answer = api.post("/patients", json={"first_name": "Robin", "last_name": "Sample", **values})
    assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])
    assert api.get("/patients").json()["total_entries"] == before


def test_gender_and_sms_marketing_are_read_only_and_unsubscribing_is_the_way_to_write(clinic: Clinic) -> None:
    path = f"/patients/{clinic.add_patient(sex='Female')}"
    patient = clinic.api.patch(path, json={"gender": "Male", "accepted_sms_marketing": False}).json()
    assert (patient["gender"], patient["accepted_sms_marketing"]) == ("Female", True)
    assert clinic.api.patch(path, json={"unsubscribe_sms_marketing": True}).json()["accepted_sms_marketing"] is False
    assert "unsubscribe_sms_marketing" not in clinic.api.get(path).json()


def test_unknown_members_are_ignored(api: httpx.Client) -> None:
    body = {"first_name": "Robin", "last_name": "Sample", "favourite_colour": "green"}
    assert "favourite_colour" not in api.post("/patients", json=body).json()


def test_a_patch_leaves_alone_what_it_does_not_name(clinic: Clinic) -> None:
    path = f"/patients/{clinic.add_patient(email='old@example.com', city='Adelaide')}"
    patient = clinic.api.patch(path, json={"email": None}).json()
    assert (patient["email"], patient["city"], patient["first_name"]) == ("", "Adelaide", "Robin")


def test_a_patched_phone_list_replaces_the_old_one_or_is_added(sandbox: SandboxServer, clinic: Clinic) -> None:
    one, two = ({"phone_type": "Mobile", "number": f"0491 570 15{digit}"} for digit in "67")
    path = f"/patients/{clinic.add_patient(patient_phone_numbers=[one])}"
    assert len(clinic.api.patch(path, json={"patient_phone_numbers": [two]}).json()["patient_phone_numbers"]) == 1
    sandbox.control.set_knob(phone_numbers_on_patch="merge")
    assert len(clinic.api.patch(path, json={"patient_phone_numbers": [one]}).json()["patient_phone_numbers"]) == 2


def test_archiving_is_a_post_without_answer_and_unarchiving_gives_the_patient(clinic: Clinic) -> None:
    path = f"/patients/{clinic.add_patient()}"
    answer = clinic.api.post(f"{path}/archive")
    assert (answer.status_code, answer.content) == (204, b"")
    back = clinic.api.post(f"{path}/unarchive")
    assert (back.status_code, back.json()["archived_at"]) == (200, None)
    assert clinic.api.delete(path).status_code == 204
    assert clinic.api.get(path).status_code == 404


def test_a_merged_patient_is_archived_and_names_the_one_who_stayed(clinic: Clinic) -> None:
    loser = next(row for row in clinic.control.records("demo", "patients") if row.get("merged_at"))
    shown = clinic.api.get(f"/patients/{loser['id']}", params={"q[]": "archived_at:*"}).json()
    keeper = clinic.api.get(shown["merged_with_patient"]["links"]["self"]).json()
    assert (keeper["email"], keeper["archived_at"]) == (shown["email"], None)


def test_families_share_an_address_and_twins_a_birthday_too(clinic: Clinic) -> None:
    families: dict[str, list[dict[str, str]]] = {}
    for row in clinic.control.records("demo", "patients", archived_at=None):
        families.setdefault(row["email"], []).append(row)
    shared = [people for people in families.values() if len(people) > 1]
    twins = [people for people in shared if len({row["date_of_birth"] for row in people}) < len(people)]
    assert len(shared) > 50
    assert len(twins) > 10


def test_a_free_referral_text_makes_a_source_of_type_other(clinic: Clinic) -> None:
    path = f"/patients/{clinic.add_patient()}"
    assert clinic.api.get(f"{path}/referral_source").status_code == 404
    clinic.api.patch(path, json={"referral_source": "A neighbour"})
    source = clinic.api.get(f"{path}/referral_source").json()
    assert source["notes"] == "A neighbour"
    assert clinic.api.get(source["referral_source_type"]["links"]["self"]).json()["name"] == "Other"


def test_a_structured_referral_source_takes_a_listed_subcategory_only(clinic: Clinic) -> None:
    path = f"/patients/{clinic.add_patient()}/referral_source"
    body = {"referral_source_type_id": clinic.named("referral_source_types", name="Doctor"), "subcategory": "GP"}
    assert clinic.api.patch(path, json=body).json()["subcategory"] == "GP"
    assert clinic.api.patch(path, json={**body, "subcategory": "Vet"}).status_code == 422


SECTION = "6e0b1c52-5a44-4f6a-9e62-0b6f7f9f1a01"
FIELDS = {
    "heard": "6e0b1c52-5a44-4f6a-9e62-0b6f7f9f1a02",
    "contact": "6e0b1c52-5a44-4f6a-9e62-0b6f7f9f1a05",
    "text": "6e0b1c52-5a44-4f6a-9e62-0b6f7f9f1a08",
    "date": "6e0b1c52-5a44-4f6a-9e62-0b6f7f9f1a09",
}
FRIEND, SEARCH = "6e0b1c52-5a44-4f6a-9e62-0b6f7f9f1a03", "6e0b1c52-5a44-4f6a-9e62-0b6f7f9f1a04"


def custom(*values: dict[str, object], section: str = SECTION) -> dict[str, object]:
    return {"custom_fields": {"sections": [{"token": section, "fields": list(values)}]}}


def test_custom_fields_take_their_names_and_types_from_the_definition(clinic: Clinic) -> None:
    body = custom(
        {"token": FIELDS["text"], "value": "430 000 001", "name": "ignored", "type": "date"},
        {"token": FIELDS["heard"], "options": [{"token": FRIEND, "selected": True}]},
    )
    shown = clinic.api.patch(f"/patients/{clinic.add_patient()}", json=body).json()["custom_fields"]["sections"][0]
    text, heard = shown["fields"]
    assert (shown["name"], text["name"], text["type"], text["value"]) == (
        "Booking", "NDIS number", "text", "430 000 001",
    )  # fmt: skip
    assert [option.get("selected") for option in heard["options"]] == [True, None]


@pytest.mark.parametrize(
    "body",
    [
        custom({"token": "00000000-0000-0000-0000-000000000000", "value": "x"}),
        custom({"token": FIELDS["text"], "value": "x"}, section="00000000-0000-0000-0000-000000000000"),
        custom({"token": FIELDS["text"], "value": ""}),
        custom({"token": FIELDS["date"], "value": "tomorrow"}),
        custom({"token": FIELDS["heard"], "options": [{"token": FRIEND, "selected": False}]}),
        custom({"token": FIELDS["heard"], "options": [{"token": t, "selected": True} for t in (FRIEND, SEARCH)]}),
        custom({"token": FIELDS["contact"], "other": {"selected": True, "value": "x"}}),
        {"custom_fields": "text"},
    ],
)
def test_custom_fields_that_do_not_fit_the_definition_are_refused(clinic: Clinic, body: dict[str, object]) -> None:
    answer = clinic.api.patch(f"/patients/{clinic.add_patient()}", json=body)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["custom_fields"])
