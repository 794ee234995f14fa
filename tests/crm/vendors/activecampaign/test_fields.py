"""The custom fields a connection needs in an account, with the relations that make them show."""

import pytest

from booking_app.core.failures import Failure
from booking_app.crm.vendors.activecampaign.fields import DEFAULT_NAMES
from booking_app.crm.vendors.records import Contact
from tests.crm.vendors.activecampaign.conftest import Sandbox, refused


def states(sandbox: Sandbox) -> dict[str, str]:
    return {each.name: each.state for each in sandbox.client().schema.plan()}


def test_a_plan_says_what_is_missing_and_changes_nothing(sandbox: Sandbox) -> None:
    found = states(sandbox)
    assert {name for name, state in found.items() if state == "present"} == {"email", "firstName", "lastName", "phone"}
    assert found["BOOKING_NEXT_AT"] == "missing"
    assert set(sandbox.methods) == {"GET"}


def test_what_is_missing_is_made_once_and_related_to_every_list(sandbox: Sandbox) -> None:
    assert {each.state for each in sandbox.client().schema.apply()} == {"present"}
    fields, relations = sandbox.account.rows("fields"), sandbox.account.rows("fieldRels")
    assert {row["field"] for row in relations} == {row["id"] for row in fields}
    assert {row["relid"] for row in relations} == {"0"}
    sandbox.wire.sent.clear()
    sandbox.client().schema.apply()
    assert set(sandbox.methods) == {"GET"}


@pytest.mark.parametrize("path", ["/fields$", "/fieldRels$"], ids=["field", "relation"])
def test_a_stop_between_a_field_and_its_relation_is_made_good(sandbox: Sandbox, path: str) -> None:
    sandbox.fault("drop_after", method="POST", path=path)
    assert refused(sandbox.client().schema.apply).failure is Failure.UNKNOWN_OUTCOME
    assert {each.state for each in sandbox.client().schema.apply()} == {"present"}
    titles = [row["title"] for row in sandbox.account.rows("fields")]
    assert len(titles) == len(set(titles))


def test_a_field_of_ours_under_another_tag_is_known_by_its_title(sandbox: Sandbox) -> None:
    sandbox.account.add("fields", title="Booking source", perstag="BOOKING_SOURCE_2", type="text")
    assert {each.state for each in sandbox.client().schema.apply()} == {"present"}
    sandbox.client().contacts.upsert(Contact(email="nora@example.com", source="Web"))
    assert sandbox.contacts[0]["values"] == {"BOOKING_SOURCE_2": "Web"}


def test_a_field_the_clinic_mapped_is_the_clinics_to_make(sandbox: Sandbox) -> None:
    vendor = sandbox.client(names={**DEFAULT_NAMES, "source": ("Lead origin",)})
    assert {each.name: each.state for each in vendor.schema.apply()}["Lead origin"] == "missing"
    assert sandbox.account.find("fields", perstag="BOOKING_SOURCE") is None


def test_a_field_of_another_type_is_pointed_out(sandbox: Sandbox) -> None:
    row = sandbox.account.add("fields", title="Booking next at", perstag="BOOKING_NEXT_AT", type="text")
    sandbox.account.add("fieldRels", field=row["id"], relid="0")
    assert states(sandbox)["BOOKING_NEXT_AT"] == "differs"
