"""What a clinic may enter wrongly, or a patient: each ends as a task's state, and in words for a receptionist."""

from typing import Any

import pytest

from booking_app.crm.vendors.registered import SPECS
from booking_app.tasks.policy import WAITS
from booking_sandbox.mailchimp.account import LIST_ID
from tests.crm.sync.conftest import CRMS, Desk, on_one_crm
from tests.crm.sync.crm import Crm
from tests.crm.sync.office import Office
from tests.crm.sync.samples import YES

VENDORS = (*CRMS, "webhook")
WRONG_TOKENS = {
    "hubspot": "pat-ap1-revoked", "gohighlevel": "pit-revoked", "activecampaign": "revoked",
    "mailchimp": "0123456789abcdef-us19", "webhook": "whsec_" + "b3RoZXItc2VjcmV0LW90aGVyLXNlY3JldC0zMg==",
}  # fmt: skip
NOWHERE = "http://127.0.0.1:9"


def entered(desk: Desk, vendor: str, token: str | None = None, **config: Any) -> Office:
    """A connection as somebody set it up, and a booking that is sent to it."""
    office = Office(desk, Crm(desk, vendor), desk.connect(vendor, token, **config))
    office.change(email_consent=YES)
    office.told()
    return office


def first(vendor: str) -> str:
    return "event" if vendor == "webhook" else "contact"


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_wrong_token_parks_the_task_and_pauses_the_connection(desk: Desk, vendor: str) -> None:
    office = entered(desk, vendor, WRONG_TOKENS[vendor])
    assert office.tasks()[first(vendor)].state == "parked"
    assert office.connection_state() == "paused"
    assert office.said(first(vendor)).startswith(f"{SPECS[vendor].at_a_beginning} refuses the token")


@pytest.mark.parametrize(
    ("vendor", "token"),
    [("hubspot", "pat with a space"), ("mailchimp", "no-datacentre-at-the-end"), ("webhook", "whsec_short")],
)
def test_a_token_that_was_not_copied_whole_is_said_before_anything_leaves(
    desk: Desk, vendor: str, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk.connectors, "_base_urls", {})  # the host follows the key
    office = entered(desk, vendor, token)
    assert office.tasks()[first(vendor)].state == "parked"
    assert "Copy the whole token once more" in office.said(first(vendor))
    assert desk.sandbox.control.calls(service=vendor) == []


@pytest.mark.parametrize(
    ("vendor", "wrong", "right", "step"),
    [
        ("hubspot", "999", "101", "tags"),
        ("gohighlevel", "77", "", "tags"),
        ("activecampaign", "99", "1", "tags"),
        ("activecampaign", "99", "1", "consent"),
        ("mailchimp", "0000000000", LIST_ID, "contact"),
        ("mailchimp", "", LIST_ID, "contact"),
    ],
)
def test_a_wrong_list_parks_one_step_which_goes_on_once_it_is_corrected(
    desk: Desk, vendor: str, wrong: str, right: str, step: str
) -> None:
    office = entered(desk, vendor, list=wrong)
    assert office.tasks()[step].state == "parked"
    assert "The list or audience of this connection is not there" in office.said(step)
    assert (len(office.crm.contacts()), office.connection_state()) == (int(step != "contact"), "active")
    office.set_up(list=right)
    office.fixed()
    office.work()
    assert {name: state for name, state in office.states().items() if name != "fields"} == dict.fromkeys(
        ("contact", "tags", "consent", "record"), "done"
    ) | ({"record": "parked"} if vendor == "hubspot" else {})  # whose place for it is made by `apply`
    assert len(office.crm.contacts()) == 1


def test_a_wrong_subscription_parks_the_consent_and_is_named(desk: Desk) -> None:
    office = entered(desk, "hubspot", subscription=42)
    assert office.tasks()["consent"].code == "hubspot_404:subscription"
    assert "The subscription type of this connection is not there" in office.said("consent")


@pytest.mark.parametrize(
    ("vendor", "config", "words"),
    [
        ("gohighlevel", {"account": "anotherSubAccount"}, "belongs to another account"),
        ("gohighlevel", {"account": "not there!"}, "The account of this connection cannot be used"),
        ("gohighlevel", {"version": "v9"}, "Correct version"),
        ("activecampaign", {"account": "https://harbour.example.com"}, "The account of this connection cannot be used"),
        ("hubspot", {"version": "2031-03"}, "Something of this connection is not there"),
        ("hubspot", {"send_category": "perhaps"}, "A setting of this connection cannot be used"),
        ("webhook", {"url": "http://user:secret@127.0.0.1/"}, "The address of the webhook cannot be used"),
    ],
)
def test_a_wrong_account_or_setting_parks_the_task(
    desk: Desk, vendor: str, config: dict[str, Any], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if vendor == "activecampaign":
        monkeypatch.setattr(desk.connectors, "_base_urls", {})  # the check of the address is for true addresses only
    office = entered(desk, vendor, **config)
    assert office.tasks()[first(vendor)].state == "parked"
    assert words in office.said(first(vendor))


@pytest.mark.parametrize("vendor", ["hubspot", "webhook"])
def test_a_host_that_cannot_be_reached_is_tried_for_days_and_then_left_to_a_person(
    desk: Desk, vendor: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk.connectors, "_base_urls", dict.fromkeys(CRMS, NOWHERE))
    office = entered(desk, vendor, **({"url": f"{NOWHERE}/in"} if vendor == "webhook" else {}))
    assert (office.tasks()[first(vendor)].state, office.tasks()[first(vendor)].failure) == ("ready", "transient")
    for wait in WAITS:
        desk.clock.advance(seconds=wait.total_seconds())
        office.work()
    assert office.tasks()[first(vendor)].state == "parked"
    assert office.said(first(vendor)).startswith(f"{SPECS[vendor].at_a_beginning} could not be reached.")
    assert office.connection_state() == "active"


@on_one_crm
def test_a_contact_without_an_address_is_no_failure(desk: Desk, vendor: str) -> None:
    office = Office(desk, Crm(desk, vendor), desk.connect(vendor))
    office.change(email="")
    office.told()
    assert (set(office.states().values()), office.crm.contacts()) == ({"done"}, [])
    assert f"no e-mail address, by which {SPECS[vendor].at_a_beginning} would know the contact" in office.said(
        "contact"
    )


@pytest.mark.parametrize(
    ("vendor", "email"),
    [*((vendor, "nora.example") for vendor in CRMS), ("mailchimp", "nora@fake.example")],
)
def test_an_address_that_a_vendor_refuses_parks_the_contact_alone(desk: Desk, vendor: str, email: str) -> None:
    office = Office(desk, Crm(desk, vendor), desk.connect(vendor))
    office.change(email=email)
    office.told()
    assert (office.tasks()["contact"].failure, office.states()["contact"]) == ("data", "parked")
    assert (office.crm.contacts(), office.connection_state()) == ([], "active")
    assert office.said("contact").startswith(f"{SPECS[vendor].at_a_beginning} does not take this e-mail address")
    assert email not in (office.tasks()["contact"].code or "")
