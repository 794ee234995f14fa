"""Testing a connection and making its fields, for every vendor over real HTTP; what goes wrong comes back in words."""

from typing import Any

import pytest

from booking_app.clinics.connections import pause
from booking_app.crm.sync.connecting import Problem
from booking_app.crm.vendors.gohighlevel.client import GoHighLevel
from booking_app.crm.vendors.registered import SPECS
from tests.crm.sync.conftest import CRMS, TOKENS, Desk


def problem(found: Any) -> Problem:
    assert found.problem is not None
    assert isinstance(found.problem, Problem)
    return found.problem


@pytest.mark.parametrize("vendor", TOKENS)
def test_a_working_connection_says_whose_it_is(desk: Desk, vendor: str) -> None:
    tested = desk.connecting.test_connection(desk.connect(vendor))
    assert tested.is_well
    assert tested.account is not None
    assert tested.account.account_id


@pytest.mark.parametrize(
    ("vendor", "token"),
    [
        ("hubspot", "pat-ap1-revoked"),
        ("gohighlevel", "pit-revoked"),
        ("activecampaign", "revoked"),
        ("mailchimp", "0123456789abcdef-us19"),
        ("webhook", "whsec_" + "b3RoZXItc2VjcmV0LW90aGVyLXNlY3JldC0zMg=="),
    ],
)
def test_a_wrong_token_is_said_in_words(desk: Desk, vendor: str, token: str) -> None:
    told = problem(desk.connecting.test_connection(desk.connect(vendor, token)))
    assert "refuses the token" in told.sentence
    assert told.sentence.startswith(SPECS[vendor].at_a_beginning)
    assert "new token" in told.fix
    assert token not in f"{told}"


@pytest.mark.parametrize(
    ("vendor", "config", "words"),
    [
        ("mailchimp", {"list": "0000000000"}, "Correct the list"),
        ("gohighlevel", {"account": "not there!"}, "Correct account"),
        ("gohighlevel", {"account": "anotherSubAccount"}, "new token"),
        ("activecampaign", {"account": "https://harbour.example.com"}, "Correct account"),
        ("webhook", {"url": "http://user:secret@127.0.0.1/"}, "Correct url"),
        ("hubspot", {"send_category": "perhaps"}, "says what is wrong"),
    ],
)
def test_a_wrong_setting_is_said_with_what_to_correct(
    desk: Desk, vendor: str, config: dict[str, Any], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if vendor == "activecampaign":
        monkeypatch.setattr(desk.connectors, "_base_urls", {})  # the check of the address is for true addresses only
    told = problem(desk.connecting.test_connection(desk.connect(vendor, **config)))
    assert words in told.fix


def test_a_host_that_cannot_be_reached_is_said(desk: Desk) -> None:
    told = problem(desk.connecting.test_connection(desk.connect("webhook", url="http://127.0.0.1:9/")))
    assert "could not be reached" in told.sentence


def test_a_connection_that_is_gone_is_said(desk: Desk) -> None:
    assert problem(desk.connecting.test_connection(99)).code == "connection_gone"


@pytest.mark.parametrize("vendor", CRMS)
def test_fields_are_planned_then_made_and_what_waited_is_tried_again(desk: Desk, vendor: str) -> None:
    connection_id = desk.connect(vendor)
    planned = desk.connecting.plan_schema(connection_id)
    assert planned.missing
    assert desk.connecting.plan_schema(connection_id) == planned
    assert desk.replayed == []
    made = desk.connecting.apply_schema(connection_id)
    assert made.problem is None
    assert made.missing == ()
    assert desk.replayed == [connection_id]


def test_a_field_that_the_clinic_mapped_is_the_clinics_to_make(desk: Desk) -> None:
    made = desk.connecting.apply_schema(desk.connect("hubspot", fields={"utm_source": "campaign_origin"}))
    assert [each.name for each in made.missing] == ["campaign_origin"]


def test_a_webhook_has_no_fields(desk: Desk) -> None:
    assert desk.connecting.apply_schema(desk.connect("webhook")).fields == ()


def test_fields_that_cannot_be_made_leave_what_waits_waiting(desk: Desk) -> None:
    connection_id = desk.connect("hubspot", "pat-ap1-revoked")
    assert desk.connecting.apply_schema(connection_id).problem is not None
    assert desk.replayed == []


def test_a_paused_connection_can_be_tested(desk: Desk) -> None:
    connection_id = desk.connect("hubspot")
    with desk.database.begin() as session:
        pause(session, connection_id, "hubspot_401")
    assert desk.connecting.test_connection(connection_id).is_well


def test_a_connection_may_stay_on_a_version_of_its_own(desk: Desk) -> None:
    assert desk.connecting.test_connection(desk.connect("hubspot", version="2026-03")).is_well
    paths = [call.path for call in desk.sandbox.control.calls(service="hubspot")]
    assert paths and all("/2026-03/" in path for path in paths)
    opened = desk.connectors.open(desk.connect("gohighlevel", version="v3")).vendor
    assert isinstance(opened, GoHighLevel)
    assert opened.api.dialect.version == "v3"
    assert opened.whoami().account_id
