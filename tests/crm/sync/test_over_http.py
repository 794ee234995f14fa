"""The CRM sync against the sandbox's HubSpot, over real HTTP, with the faults that prove it."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from booking_app.core.failures import Failure, RemoteFailure
from booking_app.core.outbound_http.transport import HttpClient, open_http
from booking_app.crm.sync.connections import OpenConnection
from booking_app.crm.sync.facts import CrmFacts, Person
from booking_app.crm.vendors.hubspot.client import HubSpot
from booking_app.crm.vendors.records import ConsentProof
from booking_app.crm.vendors.registered import sync_config
from booking_sandbox.hubspot.portal import LIST_ID, SUBSCRIPTION_ID
from booking_sandbox.server import SandboxServer
from tests.crm.sync.samples import FACTS, facts, work
from tests.crm.sync.walk import Walk
from tests.crm.vendors.opening import opened

PORTAL = "demo"
EMAIL = FACTS.email
Made = Callable[..., Walk]


@pytest.fixture(scope="module")
def running() -> Iterator[SandboxServer]:
    with SandboxServer(smtp_port=None) as server:
        yield server


@pytest.fixture
def sandbox(running: SandboxServer) -> SandboxServer:
    running.control.reset()
    return running


@pytest.fixture(scope="module")
def http() -> Iterator[HttpClient]:
    with open_http() as shared:
        yield shared


def connected(sandbox: SandboxServer, http: HttpClient, **settings: Any) -> HubSpot:
    given = {"token": sandbox.hubspot_token(PORTAL), "base_url": sandbox.hubspot_url, **settings}
    found: HubSpot = opened("hubspot", http=http, monotonic=time.monotonic, **given)
    return found


@pytest.fixture
def made(sandbox: SandboxServer, http: HttpClient) -> Made:
    """A handler on the sandbox's account, in which our properties have been made."""

    def make(booking: CrmFacts = FACTS, raw: dict[str, object] | None = None, **settings: Any) -> Walk:
        config = sync_config("hubspot", raw or {})
        vendor = connected(sandbox, http, names=config.names, **settings)
        return Walk(OpenConnection(vendor, config), booking)

    connected(sandbox, http).schema.apply()
    return make


def doing(**changes: Any) -> Any:
    return work(deadline=time.monotonic() + 10, **changes)


def contacts(sandbox: SandboxServer) -> list[dict[str, Any]]:
    return [row["properties"] for row in sandbox.control.state(PORTAL)["contacts"]]


def refused(do: Callable[[], object]) -> RemoteFailure:
    with pytest.raises(RemoteFailure) as caught:
        do()
    return caught.value


def test_a_booking_arrives_with_everything_the_account_has_a_place_for(sandbox: SandboxServer, made: Made) -> None:
    effect = made(raw={"list": LIST_ID}).act(doing())
    (contact,) = contacts(sandbox)
    assert (contact["email"], contact["firstname"], contact["phone"]) == (EMAIL, "Nora", "+61491570156")
    assert (contact["booking_patient_kind"], contact["booking_email_marketing"]) == ("new", "true")
    assert sandbox.control.state(PORTAL)["crm"]["lists"][LIST_ID] == [effect.remote_id]
    assert effect.note is None
    assert made().probe(doing()) is not None


def test_an_account_that_was_never_prepared_still_gets_the_person(sandbox: SandboxServer, http: HttpClient) -> None:
    vendor, config = connected(sandbox, http), sync_config("hubspot", {})
    walk = Walk(OpenConnection(vendor, config), FACTS)
    walk.contact_id = walk.contact.act(doing()).remote_id
    assert contacts(sandbox)[0]["mobilephone"] == "+61491570156"
    assert refused(lambda: walk.step("record", doing())).code == "hubspot_no_record_field"
    assert refused(lambda: walk.step("fields", doing())).code.startswith("hubspot_no_field:booking_source")
    vendor.schema.apply()
    walk.step("record", doing(attempts=2))
    walk.step("fields", doing(attempts=2))
    assert contacts(sandbox)[0]["booking_source"] == "Online booking"


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_an_answer_dropped_after_it_was_done_makes_no_second_contact(
    sandbox: SandboxServer, made: Made, method: str
) -> None:
    if method == "PATCH":
        made(facts(is_returning=True)).act(doing())
    sandbox.control.fault("drop_after", service="hubspot", method=method, path="/contacts")
    assert refused(lambda: made().act(doing())).failure is Failure.UNKNOWN_OUTCOME
    found = made().probe(doing(attempts=2))
    assert found is not None
    assert len(contacts(sandbox)) == 1


def test_a_connection_dropped_before_anything_was_done_is_made_good(sandbox: SandboxServer, made: Made) -> None:
    sandbox.control.fault("drop_before", service="hubspot", method="PATCH")
    assert refused(lambda: made().act(doing())).failure is Failure.UNKNOWN_OUTCOME
    assert made().probe(doing(attempts=2)) is None
    made().act(doing(attempts=2))
    assert len(contacts(sandbox)) == 1


def test_many_workers_at_once_make_one_contact(sandbox: SandboxServer, made: Made) -> None:
    handlers = [made() for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        effects = list(pool.map(lambda handler: handler.act(doing()), handlers))
    assert len({effect.remote_id for effect in effects}) == 1
    assert len(contacts(sandbox)) == 1


def test_a_limit_is_waited_for_as_long_as_the_account_says(sandbox: SandboxServer, made: Made) -> None:
    handler = made()
    sandbox.control.set_knob(hubspot_requests_per_10_seconds=1)
    failure = refused(lambda: [handler.act(doing()) for _ in range(3)])
    assert (failure.failure, failure.retry_after) == (Failure.RATE, 10)


def test_a_token_that_was_taken_back_pauses_the_connection(made: Made) -> None:
    failure = refused(lambda: made(token="pat-ap1-revoked").act(doing()))
    assert (failure.failure, failure.code) == (Failure.AUTH, "hubspot_401:INVALID_AUTHENTICATION")


@pytest.mark.parametrize("body", ["html", "garbage", "truncated", "empty"])
def test_an_answer_that_cannot_be_read_leaves_the_task_in_doubt(sandbox: SandboxServer, made: Made, body: str) -> None:
    made(facts(is_returning=True)).act(doing())
    sandbox.control.fault("malformed", service="hubspot", method="PATCH", body=body)
    assert refused(lambda: made().act(doing())).failure is Failure.UNKNOWN_OUTCOME
    assert made().probe(doing(attempts=2)) is not None


def test_a_gateways_error_page_is_survived(sandbox: SandboxServer, made: Made) -> None:
    sandbox.control.fault("status", service="hubspot", status=502, body="html")
    assert refused(lambda: made().act(doing())).code == "hubspot_502"


def test_an_address_that_hubspot_does_not_take_is_a_matter_of_the_data(made: Made) -> None:
    failure = refused(lambda: made(facts(email="nora.example")).act(doing()))
    assert (failure.failure, failure.code) == (Failure.DATA, "hubspot_400:INVALID_EMAIL")


def test_a_yes_to_marketing_never_brings_back_somebody_who_left(sandbox: SandboxServer, made: Made) -> None:
    proof = ConsentProof(is_given=True, wording="News, please.", given_at=sandbox.control.now())
    willing = facts(email_consent=proof)
    sandbox.control.opt_out(PORTAL, EMAIL)
    assert made(willing, subscription=SUBSCRIPTION_ID).act(doing()).note == "consent:kept_opt_out"
    assert sandbox.control.state(PORTAL)["crm"]["statuses"] == []
    other = facts(email_consent=proof, email="otto.quill@example.com")
    assert made(other, subscription=SUBSCRIPTION_ID).act(doing()).note is None
    assert sandbox.control.state(PORTAL)["crm"]["statuses"][0]["status"] == "SUBSCRIBED"


def test_a_cancelled_booking_takes_its_time_out_of_the_contact(sandbox: SandboxServer, made: Made) -> None:
    made().act(doing())
    made(facts(is_cancelled=True, next_booking_at=None)).act(doing())
    assert "booking_next_at" not in contacts(sandbox)[0]


def test_the_log_of_calls_holds_nobody(sandbox: SandboxServer, made: Made, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    made().act(doing())
    everything = " ".join(f"{record.getMessage()} {record.__dict__}" for record in caplog.records)
    assert "vendor_call" in everything
    assert not any(
        text in everything for text in ("example.com", "Nora", "+61491570156", sandbox.hubspot_token(PORTAL))
    )


def test_the_account_says_who_and_where_it_is(sandbox: SandboxServer, http: HttpClient) -> None:
    account = connected(sandbox, http).whoami()
    assert account.data_location == "ap1"
    assert account.account_id.isdecimal()


def test_a_search_that_lags_is_never_asked_and_makes_nothing_twice(sandbox: SandboxServer, made: Made) -> None:
    sandbox.control.set_knob(hubspot_search_lag_seconds=600.0)
    for name in ("Nora", "Norah"):
        made(facts(patient=Person(name, "Quill"))).act(doing())
    state = sandbox.control.state(PORTAL)["crm"]
    assert [row["properties"]["firstname"] for row in state["contacts"]] == ["Norah"]
    assert len(state["meetings"]) == 1
    assert not [call.path for call in sandbox.control.calls(service="hubspot") if "/search" in call.path]
