"""The simulated Xero is as strict as the real one where a careless client would be hurt."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from booking_sandbox.demo_keys import DEMO_XERO_CLIENT_ID, DEMO_XERO_CLIENT_SECRET, DEMO_XERO_TENANT
from booking_sandbox.server import SandboxServer
from booking_sandbox.xero.service import OTHER_TENANT

BASIC = (DEMO_XERO_CLIENT_ID, DEMO_XERO_CLIENT_SECRET)
SCOPES = "offline_access accounting.contacts accounting.invoices accounting.payments accounting.settings.read"
BACK = "https://clinic.example/back"


class Xero:
    """One app at the simulated Xero."""

    def __init__(self, sandbox: SandboxServer) -> None:
        self.sandbox = sandbox
        self.http = httpx.Client(base_url=sandbox.xero_url)
        self.pair: dict[str, Any] = {}

    def code(self, *, scope: str = SCOPES, redirect: str = BACK) -> httpx.Response:
        asked = {"response_type": "code", "client_id": BASIC[0], "redirect_uri": redirect, "scope": scope, "state": "s"}
        return self.http.post(
            "/identity/connect/authorize", data={**asked, "tenant": DEMO_XERO_TENANT, "decision": "allow"}
        )

    def token(self, **form: str) -> httpx.Response:
        return self.http.post("/connect/token", data=form, auth=BASIC)

    def connect(self) -> Xero:
        code = parse_qs(urlsplit(self.code().headers["Location"]).query)["code"][0]
        self.pair = self.token(grant_type="authorization_code", code=code, redirect_uri=BACK).json()
        return self

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        told = {"Authorization": f"Bearer {self.pair['access_token']}", "Accept": "application/json"}
        told |= {"xero-tenant-id": DEMO_XERO_TENANT, **headers}
        return self.http.request(method, f"/api.xro/2.0{path}", json=body, headers=told)

    def contact(self, name: str = "Patient 1", number: str = "clk-1") -> str:
        made = self.call("PUT", "/Contacts", {"Contacts": [{"Name": name, "ContactNumber": number}]}).json()
        return str(made["Contacts"][0]["ContactID"])

    def invoice(self, contact: str, number: str = "CLK-1", **more: Any) -> dict[str, Any]:
        line = {"Description": "Consultation", "Quantity": 1, "UnitAmount": 95.0, "AccountCode": "201"}
        return {
            "Type": "ACCREC", "Contact": {"ContactID": contact}, "Date": "2026-11-30", "DueDate": "2026-12-07",
            "LineAmountTypes": "Inclusive", "InvoiceNumber": number, "Status": "AUTHORISED",
            "LineItems": [{**line, "TaxType": "EXEMPTOUTPUT"}], **more,
        }  # fmt: skip


@pytest.fixture
def xero(sandbox: SandboxServer) -> Iterator[Xero]:
    sandbox.control.reset()
    made = Xero(sandbox).connect()
    yield made
    made.http.close()


def test_a_code_is_good_once_and_a_refresh_token_rotates_with_half_an_hour_of_grace(xero: Xero) -> None:
    first = xero.pair["refresh_token"]
    second = xero.token(grant_type="refresh_token", refresh_token=first).json()["refresh_token"]
    assert second != first
    again = xero.token(grant_type="refresh_token", refresh_token=first).json()["refresh_token"]
    assert again == second  # the answer before was lost: the same successor is told again
    xero.sandbox.control.world.xero.moved += 1801
    answer = xero.token(grant_type="refresh_token", refresh_token=first)
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_grant"})
    xero.sandbox.control.world.xero.moved = 0


def test_an_unknown_scope_or_a_redirect_to_an_address_by_number_is_refused(xero: Xero) -> None:
    assert "error=invalid_scope" in xero.code(scope="accounting.transactions").headers["Location"]
    assert xero.code(redirect="http://127.0.0.1:8000/back").status_code == 400
    assert xero.code(redirect="http://localhost:8000/back").status_code == 302


def test_another_tenant_an_ended_token_and_a_missing_scope_are_told_apart(xero: Xero) -> None:
    assert xero.call("GET", "/Organisation", **{"xero-tenant-id": OTHER_TENANT}).status_code == 403
    assert xero.call("GET", "/Organisation", Authorization="Bearer nobody").status_code == 401
    for grant in xero.sandbox.control.world.xero.grants:
        grant.scopes = ("accounting.contacts",)
    assert "scope" in xero.call("GET", "/Accounts").json()["Detail"]


def test_without_asking_for_json_xml_comes_back(xero: Xero) -> None:
    assert xero.call("GET", "/Accounts", Accept="*/*").text.startswith("<Response>")


def test_one_bad_document_of_three_is_refused_alone_or_with_all(xero: Xero) -> None:
    contact = xero.contact()
    bad = xero.invoice(contact, "CLK-2", LineItems=[{"Description": "x", "UnitAmount": 1.0, "AccountCode": "999"}])
    body = {"Invoices": [xero.invoice(contact, "CLK-1"), bad, xero.invoice(contact, "CLK-3")]}
    assert xero.call("PUT", "/Invoices?summarizeErrors=true", body).status_code == 400
    assert xero.call("GET", "/Invoices?InvoiceNumbers=CLK-1").json()["Invoices"] == []
    rows = xero.call("PUT", "/Invoices?summarizeErrors=false", body).json()["Invoices"]
    assert [row["StatusAttributeString"] for row in rows] == ["OK", "ERROR", "OK"]
    assert rows[1]["InvoiceID"].startswith("00000000") and "not a valid code" in str(rows[1]["ValidationErrors"])


def test_a_number_is_never_given_back(xero: Xero) -> None:
    contact = xero.contact()
    made = xero.call("PUT", "/Invoices", {"Invoices": [xero.invoice(contact)]}).json()["Invoices"][0]
    xero.call("POST", f"/Invoices/{made['InvoiceID']}", {"Invoices": [{"Status": "VOIDED"}]})
    again = xero.call("PUT", "/Invoices", {"Invoices": [xero.invoice(contact)]}).json()["Invoices"][0]
    assert again["ValidationErrors"] == [{"Message": "Invoice # must be unique."}]


def test_the_same_key_replays_the_first_answer_and_refuses_another_body(xero: Xero) -> None:
    contact = xero.contact()
    body = {"Invoices": [xero.invoice(contact)]}
    first = xero.call("PUT", "/Invoices", body, **{"Idempotency-Key": "k1"}).json()
    assert xero.call("PUT", "/Invoices", body, **{"Idempotency-Key": "k1"}).json() == first
    other = {"Invoices": [xero.invoice(contact, "CLK-9")]}
    assert xero.call("PUT", "/Invoices", other, **{"Idempotency-Key": "k1"}).status_code == 400


def test_a_contact_posted_by_name_overwrites_another_and_put_refuses(xero: Xero) -> None:
    one = xero.contact("Mara Linden", "clk-1")
    refused = xero.call("PUT", "/Contacts", {"Contacts": [{"Name": " mara linden", "ContactNumber": "clk-2"}]})
    assert "already assigned" in str(refused.json()["Contacts"][0]["ValidationErrors"])
    posted = xero.call("POST", "/Contacts", {"Contacts": [{"Name": "Mara Linden", "ContactNumber": "clk-2"}]})
    assert posted.json()["Contacts"][0]["ContactID"] == one


def test_tax_is_rounded_on_each_line_and_lock_dates_are_closed_themselves(xero: Xero) -> None:
    contact = xero.contact()
    line = {"Description": "x", "UnitAmount": 10.05, "AccountCode": "200", "TaxType": "OUTPUT"}
    body = xero.invoice(contact, LineItems=[line] * 3, LineAmountTypes="Exclusive")
    made = xero.call("PUT", "/Invoices", {"Invoices": [body]}).json()["Invoices"][0]
    assert made["TotalTax"] == 3.03
    xero.sandbox.control.world.xero.organisations[DEMO_XERO_TENANT].period_lock = "2026-11-30"
    locked = xero.call("PUT", "/Invoices", {"Invoices": [xero.invoice(contact, "CLK-5")]}).json()["Invoices"][0]
    assert "lock date" in str(locked["ValidationErrors"])


def test_a_payment_pays_and_a_paid_invoice_is_not_edited(xero: Xero) -> None:
    made = xero.call("PUT", "/Invoices", {"Invoices": [xero.invoice(xero.contact())]}).json()["Invoices"][0]
    payment = {"Invoice": {"InvoiceID": made["InvoiceID"]}, "Account": {"Code": "880"}, "Date": "2026-11-30"}
    assert "exceeds" in str(xero.call("PUT", "/Payments", {"Payments": [{**payment, "Amount": 96.0}]}).json())
    paid = xero.call("PUT", "/Payments", {"Payments": [{**payment, "Amount": 95.0}]}).json()["Payments"][0]
    assert xero.call("GET", f"/Invoices/{made['InvoiceID']}").json()["Invoices"][0]["Status"] == "PAID"
    voided = xero.call("POST", f"/Invoices/{made['InvoiceID']}", {"Invoices": [{"Status": "VOIDED"}]}).json()
    assert "cannot be edited" in str(voided)
    xero.call("POST", f"/Payments/{paid['PaymentID']}", {"Payments": [{"Status": "DELETED"}]})
    assert xero.call("GET", f"/Invoices/{made['InvoiceID']}").json()["Invoices"][0]["Status"] == "AUTHORISED"


def test_the_limit_of_a_minute_is_told_in_headers(xero: Xero) -> None:
    xero.sandbox.control.set_knob(xero_calls_per_minute=2)
    answers = [xero.call("GET", "/Organisation") for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert answers[2].headers["X-Rate-Limit-Problem"] == "minute" and answers[2].headers["Retry-After"]


def documented(name: str) -> set[str]:
    places = [Path(__file__).parents[3] / "shared" / "reference" / "specs"]
    if named := os.environ.get("BOOKING_SPECS_DIR"):
        places.insert(0, Path(named))
    found = next((one / "xero-accounting-reduced.json" for one in places if one.is_dir()), None)
    return set(json.loads(found.read_text())["components"]["schemas"][name]["properties"]) if found else set()


def test_no_member_is_shown_that_the_document_does_not_have(xero: Xero) -> None:
    """Without the document, which is no part of this project, there is nothing to compare with."""
    xero.call("PUT", "/Invoices", {"Invoices": [xero.invoice(xero.contact())]})
    plain_twins = {"DateString", "DueDateString"}
    shown = {
        "Contact": xero.call("GET", "/Contacts").json()["Contacts"][0],
        "Invoice": xero.call("GET", "/Invoices?page=1").json()["Invoices"][0],
        "LineItem": xero.call("GET", "/Invoices?page=1").json()["Invoices"][0]["LineItems"][0],
        "Account": xero.call("GET", "/Accounts").json()["Accounts"][0],
        "TaxRate": xero.call("GET", "/TaxRates").json()["TaxRates"][0],
        "TrackingCategory": xero.call("GET", "/TrackingCategories").json()["TrackingCategories"][0],
        "Organisation": xero.call("GET", "/Organisation").json()["Organisations"][0],
    }
    for name, row in shown.items():
        assert not documented(name) or row.keys() - documented(name) - plain_twins == set(), name
