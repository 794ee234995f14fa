"""The custom fields a connection needs in a sub-account."""

from booking_app.core.failures import Failure
from booking_app.crm.vendors.gohighlevel.fields import DEFAULT_NAMES
from booking_app.crm.vendors.records import Contact
from tests.crm.vendors.gohighlevel.conftest import Sandbox, refused


def states(sandbox: Sandbox) -> dict[str, str]:
    return {each.name: each.state for each in sandbox.client().schema.plan()}


def test_a_plan_says_what_is_missing_and_changes_nothing(sandbox: Sandbox) -> None:
    found = states(sandbox)
    present = {name for name, state in found.items() if state == "present"}
    assert present == {"email", "firstName", "lastName", "phone", "source"}
    assert found["contact.booking_next_at"] == "missing"
    assert {method for method, _ in sandbox.paths} == {"GET"}


def test_what_is_missing_is_made_once(sandbox: Sandbox) -> None:
    assert {each.state for each in sandbox.client().schema.apply()} == {"present"}
    made = len(sandbox.account.fields)
    sandbox.wire.sent.clear()
    sandbox.client().schema.apply()
    assert {method for method, _ in sandbox.paths} == {"GET"}
    assert len(sandbox.account.fields) == made


def test_a_stop_after_a_field_was_made_is_made_good(sandbox: Sandbox) -> None:
    sandbox.fault("drop_after", method="POST", path="/customFields")
    assert refused(sandbox.client().schema.apply).failure is Failure.UNKNOWN_OUTCOME
    assert {each.state for each in sandbox.client().schema.apply()} == {"present"}
    keys = [row["fieldKey"] for row in sandbox.account.fields.values()]
    assert len(keys) == len(set(keys))


def test_a_field_the_clinic_mapped_is_the_clinics_to_make_and_found_by_any_of_its_names(sandbox: Sandbox) -> None:
    names = {**DEFAULT_NAMES, "utm_source": ("lead_origin",)}
    vendor = sandbox.client(names=names)
    assert {each.name: each.state for each in vendor.schema.apply()}["lead_origin"] == "missing"
    row = {"id": "f1", "name": "Lead origin", "fieldKey": "contact.lead_origin", "dataType": "TEXT", "model": "contact"}
    sandbox.account.fields["f1"] = row
    assert {each.name: each.state for each in vendor.schema.plan()}["lead_origin"] == "present"
    vendor.contacts.upsert(Contact(email="nora@example.com", utm_source="news"))
    assert sandbox.contacts[0].custom == {"f1": "news"}


def test_a_field_of_another_type_is_pointed_out(sandbox: Sandbox) -> None:
    row = {"id": "f1", "name": "Booking next at", "fieldKey": "contact.booking_next_at", "model": "contact"}
    sandbox.account.fields["f1"] = {**row, "dataType": "DATE"}
    assert states(sandbox)["contact.booking_next_at"] == "differs"
