"""Invoices as Cliniko shows them: nothing of payments, lines that sum to the total, and nothing to be written."""

from decimal import Decimal

import httpx
import pytest

from booking_sandbox.billing import Line

from .conftest import NOW, Clinic
from .test_document import documented

GST = {"tax_name": "GST", "tax_rate": "10"}


@pytest.fixture
def issued(clinic: Clinic) -> str:
    lines = [Line(price="95.00"), Line(price="22.00", quantity="1.5", discount="3.00", **GST)]
    return clinic.control.billing("demo").issue(lines)


def test_an_invoice_and_its_lines_have_every_documented_member(clinic: Clinic, issued: str) -> None:
    invoice = clinic.api.get(f"/invoices/{issued}").raise_for_status().json()
    assert documented("Invoice") - invoice.keys() <= {"appointment"}  # left out where there is none
    items = clinic.api.get("/invoice_items", params={"q[]": f"invoice_id:={issued}"}).json()["invoice_items"]
    assert documented("InvoiceItem") - items[0].keys() <= {"billable_item", "product"}
    assert clinic.api.get(f"/invoices/{issued}/invoice_items").json()["invoice_items"] == items
    assert clinic.api.get(f"/invoice_items/{items[0]['id']}").json() == items[0]


def test_lines_sum_to_the_total_and_a_discount_comes_off_the_price_with_tax(clinic: Clinic, issued: str) -> None:
    invoice = clinic.api.get(f"/invoices/{issued}").json()
    items = clinic.api.get(f"/invoices/{issued}/invoice_items").json()["invoice_items"]
    assert [one["total_including_tax"] for one in items] == [95.0, 30.0]
    assert items[1]["quantity"] == 1.5 and items[1]["net_price"] == "27.273"
    assert invoice["total_amount"] == "125.00" and invoice["tax_amount"] == "2.73"


def test_totals_of_lines_may_come_as_text(clinic: Clinic, issued: str) -> None:
    clinic.control.set_knob(invoice_totals="text")
    items = clinic.api.get(f"/invoices/{issued}/invoice_items").json()["invoice_items"]
    assert items[0]["total_including_tax"] == "95.00"


def test_a_reversed_invoice_is_one_of_its_own_number_with_turned_quantities(clinic: Clinic, issued: str) -> None:
    credit = clinic.api.get(f"/invoices/{clinic.control.billing('demo').reverse(issued)}").json()
    assert (credit["total_amount"], credit["status_description"]) == ("-125.00", "Open credit")
    assert credit["number"] == clinic.api.get(f"/invoices/{issued}").json()["number"] + 1


def test_an_archived_invoice_is_hidden_and_found_by_asking(clinic: Clinic, issued: str) -> None:
    clinic.control.billing("demo").archive(issued)
    assert clinic.api.get("/invoices", params={"q[]": f"id:={issued}"}).json()["invoices"] == []
    found = clinic.api.get("/invoices", params={"q[]": [f"id:={issued}", "archived_at:*"]}).json()["invoices"]
    assert found[0]["archived_at"] == NOW


def test_a_word_for_a_status_is_refused(clinic: Clinic) -> None:
    answer = clinic.api.get("/invoices", params={"q[]": "status:=paid"})
    assert answer.status_code == 400 and "must be a number" in answer.json()["message"]


def test_nothing_about_an_invoice_can_be_written_and_no_payment_be_read(clinic: Clinic, issued: str) -> None:
    assert clinic.api.post("/invoices", json={}).status_code == 404
    assert clinic.api.patch(f"/invoices/{issued}", json={}).status_code == 404
    assert clinic.api.get("/payments").status_code == 404


def test_invoices_are_written_and_changed_over_the_control_api(clinic: Clinic) -> None:
    base = str(clinic.api.base_url).replace("/v1/", "")
    made = httpx.post(f"{base}/control/invoices", json={"lines": [{"price": "60.00"}]}).json()["id"]
    assert httpx.post(f"{base}/control/invoices/{made}/pay", json={}).json() == {"ok": True}
    paid = clinic.api.get(f"/invoices/{made}").json()
    assert (paid["status"], paid["closed_at"]) == (20, NOW)
    credit = httpx.post(f"{base}/control/invoices/{made}/reverse", json={}).json()["id"]
    assert Decimal(clinic.api.get(f"/invoices/{credit}").json()["total_amount"]) == -60
    assert httpx.post(f"{base}/control/invoices/{made}/lose", json={}).status_code == 400
