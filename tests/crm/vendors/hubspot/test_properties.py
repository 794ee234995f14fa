"""The properties a connection needs in an account."""

from booking_app.crm.vendors.hubspot.properties import DEFAULT_NAMES
from tests.crm.vendors.hubspot.double import STANDARD, Account, client


def test_a_plan_says_what_is_missing_and_changes_nothing() -> None:
    account = Account()
    states = {each.name: each.state for each in client(account).schema.plan()}
    assert {name for name, state in states.items() if state == "present"} == STANDARD
    assert states["booking_source"] == "missing"
    assert {method for method, _ in account.requests} == {"GET"}


def test_what_is_missing_is_made_once() -> None:
    account = Account()
    hubspot = client(account, tags=("Web",))
    assert {each.state for each in hubspot.schema.apply()} == {"present"}
    made = {body["name"]: body for body in account.bodies if body and "fieldType" in body}
    assert [option["value"] for option in made["booking_tags"]["options"]] == ["Web"]
    assert made["booking_next_at"]["type"] == "datetime"
    account.requests.clear()
    hubspot.schema.apply()
    assert {method for method, _ in account.requests} == {"GET"}


def test_a_property_the_clinic_mapped_is_the_clinics_to_make() -> None:
    account = Account()
    names = {**DEFAULT_NAMES, "source": ("lead_origin",)}
    states = {each.name: each.state for each in client(account, names=names).schema.apply()}
    assert states["lead_origin"] == "missing"
    assert "booking_source" not in account.properties


def test_a_property_of_another_type_is_pointed_out() -> None:
    account = Account()
    account.properties["booking_next_at"] = "string"
    states = {each.name: each.state for each in client(account).schema.plan()}
    assert states["booking_next_at"] == "differs"
