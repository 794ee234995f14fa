"""Businesses, practitioners, appointment types, services and prices."""

import httpx
import pytest

from booking_sandbox.server import SandboxServer

from .conftest import Clinic, last_part, linked


def test_the_clinic_has_locations_in_three_zones_and_one_hidden_place(api: httpx.Client) -> None:
    rows = api.get("/businesses").json()["businesses"]
    zones = {row["time_zone_identifier"]: row["time_zone"] for row in rows if row["show_in_online_bookings"]}
    assert zones == {
        "Australia/Adelaide": "Adelaide",
        "Australia/Perth": "Perth",
        "Australia/Brisbane": "Brisbane",
    }
    assert [row["business_name"] for row in rows if not row["show_in_online_bookings"]] == ["Home visits"]
    assert api.get("/settings/public").json()["account"]["time_zone_support"] is True


def test_inactive_practitioners_are_in_a_list_of_their_own(clinic: Clinic) -> None:
    active = linked(clinic.api.get("/practitioners"), "practitioners")
    inactive = linked(clinic.api.get("/practitioners/inactive"), "practitioners")
    assert clinic.person("peter") in inactive
    assert clinic.person("peter") not in active
    assert clinic.person("ruth") in active


def test_the_practitioners_of_a_type_are_behind_its_link_however_it_is_written(
    sandbox: SandboxServer, clinic: Clinic
) -> None:
    path = f"/appointment_types/{clinic.type('Hydrotherapy pool session')}"
    for form in ("flat", "nested"):
        sandbox.control.set_knob(practitioners_link=form)
        link = clinic.api.get(path).json()["practitioners"]["links"]["self"]
        assert linked(clinic.api.get(link), "practitioners") == [clinic.person("pool")]


def test_practitioners_of_a_business_and_types_of_a_practitioner_are_listed(clinic: Clinic) -> None:
    perth = linked(clinic.api.get(f"/businesses/{clinic.place('Perth')}/practitioners"), "practitioners")
    assert set(perth) == {clinic.person("liam"), clinic.person("zara")}
    types = linked(clinic.api.get(f"/practitioners/{clinic.person('sauna')}/appointment_types"), "appointment_types")
    assert types == [clinic.type("Infrared sauna session")]


def test_services_join_types_practitioners_and_businesses_without_ids(clinic: Clinic) -> None:
    rows = clinic.api.get("/services", params={"per_page": 100}).json()["services"]
    assert all(row.keys() == {"appointment_type", "business", "practitioners"} for row in rows)
    wanted = (clinic.type("Initial podiatry consultation"), clinic.place("Brisbane"))
    people = next(
        [last_part(person) for person in row["practitioners"]]
        for row in rows
        if (last_part(row["appointment_type"]), last_part(row["business"])) == wanted
    )
    assert people == [clinic.person("oliver")]
    of_one = clinic.api.get(f"/businesses/{clinic.place('Brisbane')}/services").json()["services"]
    assert 0 < len(of_one) < len(rows)


def test_a_price_is_found_through_the_billable_items_of_a_type(clinic: Clinic) -> None:
    kind = clinic.api.get(f"/appointment_types/{clinic.type('Infrared sauna session')}").json()
    assert "price" not in kind
    join = clinic.api.get(kind["appointment_type_billable_items"]["links"]["self"]).json()
    item = clinic.api.get(join["appointment_type_billable_items"][0]["billable_item"]["links"]["self"]).json()
    assert item["price"] == "40.00"
    assert clinic.api.get(kind["billable_item"]["links"]["self"]).json() == item


def test_an_archived_type_is_neither_listed_nor_a_service(clinic: Clinic) -> None:
    names = [row["name"] for row in clinic.api.get("/appointment_types").json()["appointment_types"]]
    assert "Sports massage" not in names
    assert "Orthotics fitting" in names


def test_a_type_can_be_created_offered_changed_and_archived(clinic: Clinic) -> None:
    body = {
        "name": "Running assessment",
        "duration_in_minutes": 50,
        "deposit_price": 20,
        "business_ids": [clinic.place("Adelaide")],
        "practitioner_ids": [clinic.person("mia")],
    }
    kind = clinic.api.post("/appointment_types", json=body).json()
    assert kind["deposit_price"] == "20.00"
    assert kind["id"] in clinic.api.get(f"/businesses/{clinic.place('Adelaide')}").json()["appointment_type_ids"]
    changed = clinic.api.patch(f"/appointment_types/{kind['id']}", json={"color": "#abc", "category": "Running"})
    assert changed.json()["category"] == "Running"
    assert clinic.api.delete(f"/appointment_types/{kind['id']}").status_code == 204
    assert clinic.api.get(f"/appointment_types/{kind['id']}").status_code == 404


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": ""}, "name"),
        ({"color": "red"}, "color"),
        ({"duration_in_minutes": 2000}, "duration_in_minutes"),
        ({"online_bookings_lead_time_hours": 3}, "online_bookings_lead_time_hours"),
        ({"online_payments_mode": "cash"}, "online_payments_mode"),
        ({"deposit_price": "much"}, "deposit_price"),
    ],
)
def test_a_type_that_breaks_a_rule_is_refused(api: httpx.Client, values: dict[str, object], field: str) -> None:
    answer = api.post("/appointment_types", json={"name": "Test", **values})
    assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])


def test_sunday_is_day_0_or_7(sandbox: SandboxServer, clinic: Clinic) -> None:
    path = f"/practitioners/{clinic.person('sauna')}/daily_availabilities"
    days = {row["day_of_week"] for row in clinic.api.get(path).json()["daily_availabilities"]}
    assert days == {0, 1, 2, 3, 4, 5, 6}
    sandbox.control.set_knob(sunday=7)
    rows = clinic.api.get(path).json()["daily_availabilities"]
    assert {row["day_of_week"] for row in rows} == {1, 2, 3, 4, 5, 6, 7}
    assert rows[0]["availabilities"] == [{"starts_at": "08:00", "ends_at": "20:00"}]


def test_a_business_can_be_archived_and_brought_back(clinic: Clinic) -> None:
    path = f"/businesses/{clinic.place('Perth')}"
    assert clinic.api.post(f"{path}/archive").status_code == 204
    assert clinic.api.get(path).status_code == 404
    assert clinic.api.post(f"{path}/unarchive").json()["archived_at"] is None


def test_concession_types_and_products_can_be_added(api: httpx.Client) -> None:
    assert api.post("/concession_types", json={"name": "Veteran"}).json()["name"] == "Veteran"
    product = api.post("/products", json={"name": "Foam roller", "price": "39.5"}).json()
    assert product["price_including_tax"] == "39.50"
    assert api.get(f"/products/{product['id']}").json() == product
