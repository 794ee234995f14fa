"""Envelopes, pages, filters and sorting."""

import httpx
import pytest

from booking_sandbox.server import SandboxServer

from .conftest import NOW, Clinic, linked


def test_ids_are_strings_of_19_digits_no_float_can_hold(api: httpx.Client, clinic: Clinic) -> None:
    ids = linked(api.get("/patients", params={"per_page": 100}), "patients") + linked(
        api.get("/businesses"), "businesses"
    )
    assert all(isinstance(item, str) and len(item) == 19 and int(item) < 2**63 for item in ids)
    assert all(api.get(f"/patients/{int(float(item))}").status_code == 404 for item in ids[:20])


def test_ids_may_be_sent_as_numbers(clinic: Clinic) -> None:
    body = clinic.booking(patient_id=int(clinic.add_patient()))
    assert clinic.api.post("/individual_appointments", json=body).status_code == 201


def test_references_are_links_and_never_ids(api: httpx.Client) -> None:
    row = api.get("/individual_appointments", params={"per_page": 1}).json()["individual_appointments"][0]
    assert not [name for name in row if name.endswith("_id")]
    assert api.get(row["patient"]["links"]["self"]).status_code == 200


def test_a_page_has_50_rows_and_leaves_out_the_links_that_lead_nowhere(api: httpx.Client) -> None:
    first = api.get("/patients").json()
    assert len(first["patients"]) == 50
    assert first["links"].keys() == {"self", "next"}
    assert api.get(first["links"]["next"]).json()["links"].keys() == {"self", "previous", "next"}
    last = api.get("/patients", params={"per_page": 100, "page": -(-first["total_entries"] // 100)}).json()
    assert last["links"].keys() == {"self", "previous"}


def test_a_last_page_that_is_full_has_no_next(api: httpx.Client) -> None:
    total = api.get("/businesses").json()["total_entries"]
    assert api.get("/businesses", params={"per_page": total}).json()["links"].keys() == {"self"}


def test_page_links_keep_the_query_percent_encoded(api: httpx.Client) -> None:
    links = api.get("/patients", params={"q[]": "last_name:~a", "per_page": 2}).json()["links"]
    assert "q%5B%5D=last_name%3A~a" in links["next"]
    assert "per_page=2" in links["next"]


def test_more_than_100_rows_a_page_are_cut_or_refused(sandbox: SandboxServer, api: httpx.Client) -> None:
    assert len(api.get("/patients", params={"per_page": 500}).json()["patients"]) == 100
    sandbox.control.set_knob(per_page_over_100="400")
    assert api.get("/patients", params={"per_page": 500}).status_code == 400


@pytest.mark.parametrize(
    ("path", "query", "message"),
    [
        ("/individual_appointments", "patient_id:5", "operator"),
        ("/patients", "phone:=0491570156", "not filterable"),
        ("/patients", "email:like:x", "operator"),
        ("/individual_appointments", "patient_id:=abc", "must be a number"),
        ("/individual_appointments", "starts_at:=2026-11-23T00:00:00Z", "operator"),
        ("/patients", "date_of_birth:>=1990", "must be a date"),
    ],
)
def test_a_filter_that_is_not_understood_is_a_400_with_a_message(
    api: httpx.Client, path: str, query: str, message: str
) -> None:
    answer = api.get(path, params={"q[]": query})
    assert answer.status_code == 400
    assert message in answer.json()["message"]


def test_filters_add_up(clinic: Clinic) -> None:
    twin = clinic.add_patient(first_name="Ann", last_name="Twinley", email="Twins@example.com")
    clinic.add_patient(first_name="Bea", last_name="Twinley", email="Twins@example.com")
    params = {"q[]": ["last_name:=Twinley", "first_name:=Ann"]}
    assert linked(clinic.api.get("/patients", params=params), "patients") == [twin]


def test_numbers_take_a_list_and_strings_wildcards(clinic: Clinic) -> None:
    ids = [clinic.add_patient(last_name="Zyxwander") for _ in range(2)]
    wanted = {"q[]": f"id:={','.join(ids)}"}
    assert linked(clinic.api.get("/patients", params=wanted), "patients") == ids
    assert len(linked(clinic.api.get("/patients", params={"q[]": "last_name:~xwand"}), "patients")) == 2
    assert len(linked(clinic.api.get("/patients", params={"q[]": "last_name:~~zyx%der"}), "patients")) == 2
    assert linked(clinic.api.get("/patients", params={"q[]": "last_name:~~yx%der"}), "patients") == []


def test_dates_take_wildcards_and_null_tests(clinic: Clinic) -> None:
    born = clinic.add_patient(last_name="Maychild", date_of_birth="1990-05-17")
    unknown = clinic.add_patient(last_name="Maychild")
    mine = "last_name:=Maychild"
    for query, expected in (
        ("date_of_birth:=****-05-**", [born]),
        ("date_of_birth:?", [born]),
        ("date_of_birth:!?", [unknown]),
        ("date_of_birth:<1990-05-18", [born]),
    ):
        assert linked(clinic.api.get("/patients", params={"q[]": [mine, query]}), "patients") == expected


def test_an_email_filter_may_or_may_not_mind_the_case(sandbox: SandboxServer, clinic: Clinic) -> None:
    patient_id = clinic.add_patient(email="Robin@Example.com")
    query = {"q[]": "email:=robin@example.com"}
    assert linked(clinic.api.get("/patients", params=query), "patients") == []
    assert linked(clinic.api.get("/patients", params={"q[]": "email:~robin@example.com"}), "patients") == [patient_id]
    sandbox.control.set_knob(string_filter_case_sensitive=False)
    assert linked(clinic.api.get("/patients", params=query), "patients") == [patient_id]


def test_a_plus_in_an_email_is_found_when_it_is_encoded(clinic: Clinic) -> None:
    patient_id = clinic.add_patient(email="a+b@example.com")
    answer = clinic.api.get("/patients?q%5B%5D=email%3A%3Da%2Bb%40example.com")
    assert linked(answer, "patients") == [patient_id]
    assert linked(clinic.api.get("/patients?q[]=email:=a+b@example.com"), "patients") == []


def test_archived_records_are_hidden_until_they_are_asked_for(clinic: Clinic) -> None:
    patient_id = clinic.add_patient(last_name="Gonesby")
    assert clinic.api.post(f"/patients/{patient_id}/archive").status_code == 204
    mine = "last_name:=Gonesby"
    assert linked(clinic.api.get("/patients", params={"q[]": mine}), "patients") == []
    for query in ("archived_at:*", "archived_at:?"):
        assert linked(clinic.api.get("/patients", params={"q[]": [mine, query]}), "patients") == [patient_id]
    assert clinic.api.get(f"/patients/{patient_id}").status_code == 404
    assert clinic.api.get(f"/patients/{patient_id}", params={"q[]": "archived_at:*"}).status_code == 200


def test_an_archived_record_by_id_may_be_shown(sandbox: SandboxServer, clinic: Clinic) -> None:
    patient_id = clinic.add_patient()
    clinic.api.post(f"/patients/{patient_id}/archive")
    sandbox.control.set_knob(archived_by_id="200")
    assert clinic.api.get(f"/patients/{patient_id}").json()["archived_at"] == NOW


def test_lists_come_in_order_of_creation_and_sort_by_column_and_direction(api: httpx.Client) -> None:
    created = [row["created_at"] for row in api.get("/patients").json()["patients"]]
    assert created == sorted(created)
    names = [row["last_name"] for row in api.get("/patients", params={"sort": "last_name:desc"}).json()["patients"]]
    assert names == sorted(names, reverse=True)
    rows = api.get("/patients", params={"sort": "last_name,first_name:desc", "per_page": 100}).json()["patients"]
    assert [row["last_name"] for row in rows] == sorted(row["last_name"] for row in rows)


@pytest.mark.parametrize("sort", ["-created_at", "nothing", "created_at:sideways"])
def test_other_ways_to_sort_are_refused(api: httpx.Client, sort: str) -> None:
    assert api.get("/patients", params={"sort": sort}).status_code == 400


def test_what_changed_since_an_instant_is_found(sandbox: SandboxServer, clinic: Clinic) -> None:
    sandbox.control.advance(minutes=5)
    patient_id = clinic.add_patient()
    answer = clinic.api.get("/patients", params={"q[]": [f"updated_at:>{NOW}", "archived_at:*"]})
    assert linked(answer, "patients") == [patient_id]
