"""A dry run: exactly what a true booking sends to a CRM that does not know the person, and nothing leaves."""

import json
from typing import Any

import pytest

from booking_app.core.outbound_http.transport import Call, Transport
from booking_app.crm.sync.dry_run import sample_facts
from tests.crm.sync.conftest import CRMS, TOKENS, Desk, on_one_crm
from tests.crm.sync.crm import Crm
from tests.crm.sync.samples import work
from tests.crm.sync.walk import Walk

LISTS = {"activecampaign": {"list": "1"}, "hubspot": {"list": "101", "subscription": 9_100_001}}


@pytest.mark.parametrize("vendor", TOKENS)
def test_nothing_is_sent_and_no_secret_is_shown(desk: Desk, vendor: str) -> None:
    dry = desk.connecting.dry_run(desk.connect(vendor, tags=["Web"], **LISTS.get(vendor, {})))
    assert dry.problem is None
    assert dry.calls
    assert desk.sandbox.control.calls() == []
    assert TOKENS[vendor] not in json.dumps([[call.url, call.headers, call.body] for call in dry.calls])


@pytest.mark.parametrize("vendor", CRMS)
def test_the_calls_are_those_of_a_true_booking(desk: Desk, vendor: str, monkeypatch: pytest.MonkeyPatch) -> None:
    connection_id = desk.connect(vendor, tags=["Web"], **LISTS.get(vendor, {}))
    desk.connecting.apply_schema(connection_id)
    shown = [(call.method, call.url.partition("?")[0]) for call in desk.connecting.dry_run(connection_id).calls]
    sent: list[tuple[str, str]] = []
    send = Transport.send

    def noting(self: Transport, call: Call) -> Any:
        sent.append((call.method, (self.base_url + call.path()).partition("?")[0]))
        return send(self, call)

    monkeypatch.setattr(Transport, "send", noting)
    Walk(desk.connectors.open(connection_id), sample_facts(desk.clock.now())).act(work(deadline=None))
    assert [method for method, _ in shown] == [method for method, _ in sent]
    assert [url.count("/") for _, url in shown] == [url.count("/") for _, url in sent]
    assert len(Crm(desk, vendor).contacts()) == 1


@on_one_crm
def test_what_the_clinic_does_not_let_through_is_not_in_it(desk: Desk, vendor: str) -> None:
    quiet = json.dumps([call.body for call in desk.connecting.dry_run(desk.connect(vendor)).calls])
    assert "Sample service" not in quiet
    open_one = desk.connect(vendor, send_service_name=True)
    assert "Sample service" in json.dumps([call.body for call in desk.connecting.dry_run(open_one).calls])


def test_every_call_says_which_step_it_belongs_to(desk: Desk) -> None:
    calls = desk.connecting.dry_run(desk.connect("hubspot", tags=["Web"], subscription=9_100_001)).calls
    assert list(dict.fromkeys(call.step for call in calls)) == ["contact", "tags", "record", "consent"]


def test_a_setting_that_cannot_be_used_is_said(desk: Desk) -> None:
    dry = desk.connecting.dry_run(desk.connect("gohighlevel", account="not there!"))
    assert dry.problem is not None
    assert "Correct account" in dry.problem.fix


def test_a_connection_stays_on_the_version_that_it_names(desk: Desk) -> None:
    calls = desk.connecting.dry_run(desk.connect("hubspot", version="2026-03")).calls
    assert all("/2026-03/" in call.url for call in calls)
    headers = [call.headers for call in desk.connecting.dry_run(desk.connect("gohighlevel", version="v3")).calls]
    assert "v3" in {each["Version"] for each in headers}
