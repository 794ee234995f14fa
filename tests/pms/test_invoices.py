"""Reading invoices over real HTTP, as the sandbox's Cliniko shows them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from booking_app.pms.cliniko import CallRecord, ClinikoPractice
from booking_app.pms.errors import PracticeRefused
from booking_sandbox.billing import OPEN, Line
from booking_sandbox.control import SandboxControl
from booking_sandbox.server import SandboxServer

NOW = "2026-11-21T09:00:00Z"
BEGAN = datetime(2026, 11, 21, 9, tzinfo=UTC)
GST = {"tax_name": "GST", "tax_rate": "10"}


@pytest.fixture(scope="module")
def running() -> Iterator[SandboxServer]:
    with SandboxServer(smtp_port=None) as sandbox:
        yield sandbox


@pytest.fixture
def control(running: SandboxServer) -> SandboxControl:
    running.control.reset(NOW, frozen=True)
    return running.control


@pytest.fixture
def calls() -> list[str]:
    return []


@pytest.fixture
def practice(running: SandboxServer, control: SandboxControl, calls: list[str]) -> Iterator[ClinikoPractice]:
    def note(call: CallRecord) -> None:
        calls.append(call.route)

    opened = ClinikoPractice.connect(
        running.key("demo"), contact_email="ops@example.com", base_url=running.cliniko_url, on_call=note
    )
    yield opened
    opened.close()


def test_an_invoice_is_read_with_its_lines_in_exact_money(control: SandboxControl, practice: ClinikoPractice) -> None:
    item = control.records("demo", "billable_items")[0]
    product = control.records("demo", "products")[0]
    made = control.billing("demo").issue(
        [
            Line(price="95.10", name="EMDR session", billable_item_id=item["id"]),
            Line(price="22.05", quantity="1.5", product_id=product["id"], **GST),
            Line(price="0.20", name="Postage"),
        ]
    )
    (found,) = practice.invoices([made])
    assert (found.status, found.gross, found.issued_on) == ("open", Decimal("128.38"), date(2026, 11, 21))
    assert [(one.kind, one.billed_id, one.gross) for one in found.lines] == [
        ("billable_item", item["id"], Decimal("95.1")),
        ("product", product["id"], Decimal("33.08")),
        ("free_text", None, Decimal("0.2")),
    ]
    assert [(one.tax_name, one.tax_rate) for one in found.lines] == [("", None), ("GST", Decimal(10)), ("", None)]
    assert "EMDR" not in repr(found)


def test_what_changed_is_found_by_invoices_and_by_lines_alone(
    control: SandboxControl, practice: ClinikoPractice
) -> None:
    old, edited, gone = (control.billing("demo").issue([Line(price="50.00")]) for _ in range(3))
    control.advance(hours=1)
    control.billing("demo").archive(gone)
    (line,) = control.records("demo", "invoice_items", invoice_id=edited)
    control.change("demo", "invoice_items", line["id"], total_including_tax="40.00")
    found = {one.cliniko_id: one for one in practice.changed_invoices(BEGAN.replace(hour=9, minute=30))}
    assert found.keys() == {edited, gone}
    assert found[gone].is_archived and not found[edited].is_archived
    assert found[edited].lines[0].gross == 40
    assert old not in found


def test_a_span_of_days_is_read_whole_by_number_within_few_calls(
    control: SandboxControl, practice: ClinikoPractice, calls: list[str]
) -> None:
    billing = control.billing("demo")
    wanted = [billing.issue([Line(price="10.00"), Line(price="5.00")], day="2025-03-31") for _ in range(120)]
    billing.issue([Line(price="10.00")], day="2025-04-01")
    billing.archive(wanted[7])
    found = practice.invoices_issued(date(2025, 3, 1), date(2025, 3, 31))
    assert [one.cliniko_id for one in found] == wanted
    assert all(one.gross == 15 and len(one.lines) == 2 for one in found)
    assert found[7].is_archived
    assert calls.count("/invoices") == 2 and calls.count("/invoice_items") == 3


def test_a_credit_note_is_an_invoice_below_zero(control: SandboxControl, practice: ClinikoPractice) -> None:
    billing = control.billing("demo")
    reversed_one = billing.issue([Line(price="88.00", **GST)], status=OPEN)
    (credit,) = practice.invoices([billing.reverse(reversed_one)])
    assert (credit.status, credit.gross, credit.tax) == ("credit", Decimal("-88.00"), Decimal("-8.00"))


def test_the_facts_say_what_is_billed_and_whether_cliniko_exports_by_itself(
    control: SandboxControl, practice: ClinikoPractice
) -> None:
    facts = practice.billing_facts()
    assert facts.country_code == "AU" and not facts.exports_itself
    assert {one.kind for one in facts.billed} == {"billable_item", "product"}
    assert [(one.name, one.rate) for one in facts.taxes] == [("GST", Decimal("10.0"))]
    control.set_setting("demo", "integrations", "xero", {"enabled": True})
    assert practice.billing_facts().exports_itself


def test_a_key_whose_owner_may_not_read_invoices_is_refused(control: SandboxControl, practice: ClinikoPractice) -> None:
    owner = control.records("demo", "users")[0]
    control.change("demo", "users", owner["id"], role="practitioner")
    with pytest.raises(PracticeRefused):
        practice.changed_invoices(BEGAN)
