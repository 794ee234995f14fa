"""Invoices go from Cliniko into Xero once, to the cent, and what is not mapped waits."""

from decimal import Decimal

from booking_app.accounting.models import DocumentState
from booking_sandbox.billing import Line
from tests.accounting.conftest import GST, MAPPED, Office


def test_invoices_and_credit_notes_stand_in_xero_to_the_cent(office: Office) -> None:
    first = office.issue(Line(price="95.10"), Line(price="22.05", quantity="1.5", **GST), Line(price="0.20"))
    credit = office.billing.reverse(first)
    office.start()
    organisation = office.organisation
    (invoice,), (note,) = organisation.invoices.values(), organisation.credit_notes.values()
    number = office.sandbox.control.records("demo", "invoices", id=first)[0]["number"]
    assert invoice["InvoiceNumber"] == f"CLK-{number}" and invoice["Reference"] == f"Cliniko {first}"
    assert (invoice["Total"], invoice["Status"]) == (Decimal("128.38"), "AUTHORISED")
    assert [line["LineAmount"] for line in invoice["LineItems"]] == [
        Decimal("95.10"),
        Decimal("33.08"),
        Decimal("0.20"),
    ]
    assert invoice["TotalTax"] == Decimal("3.01")
    assert (note["Total"], note["Reference"]) == (Decimal("128.38"), f"Cliniko {credit}")
    assert {row.state for row in office.documents().values()} == {DocumentState.POSTED}


def test_reading_and_posting_again_changes_nothing(office: Office) -> None:
    office.issue()
    office.start()
    for _ in range(3):
        office.clock.advance(hours=25)
        office.read()
        office.work()
    assert len(office.organisation.invoices) == 1 and len(office.organisation.contacts) == 1


def test_nothing_is_posted_before_a_person_has_started_it(office: Office) -> None:
    office.issue()
    office.connect()
    office.read()
    office.work()
    assert not office.organisation.invoices
    assert office.accounting.overview.counts(office.clinic) == {"seen": 1, "edited": 0}


def test_the_first_five_are_drafts_for_a_person_to_look_at(office: Office) -> None:
    for _ in range(7):
        office.issue()
    office.connect()
    office.read()
    assert office.accounting.connecting.start_trial(office.author, office.clinic) == 5
    office.work()
    assert [row["Status"] for row in office.organisation.invoices.values()] == ["DRAFT"] * 5
    assert office.accounting.connecting.start_trial(office.author, office.clinic) == 0
    office.accounting.connecting.start(office.author, office.clinic)
    office.work()
    assert [row["Status"] for row in office.organisation.invoices.values()] == ["DRAFT"] * 5 + ["AUTHORISED"] * 2


def test_an_unmapped_tax_holds_the_invoice_until_it_is_mapped(office: Office) -> None:
    office.issue(Line(price="11.00", **GST))
    office.start(tax=MAPPED["tax"][1:])  # type: ignore[index]
    (document,) = office.documents().values()
    assert (document.state, document.reason) == (DocumentState.HELD, "unmapped_tax:GST 10%")
    assert not office.organisation.invoices
    office.accounting.connecting.save(office.author, office.clinic, MAPPED)
    office.work()
    assert [row["TotalTax"] for row in office.organisation.invoices.values()] == [Decimal("1.00")]


def test_accounts_follow_item_then_practitioner_then_location(office: Office) -> None:
    item = office.sandbox.control.records("demo", "billable_items")[0]["id"]
    people = office.sandbox.control.records("demo", "practitioners")
    for person, line in ((people[0], item), (people[0], None), (people[1], None)):
        office.issue(Line(price="10.00", billable_item_id=line), practitioner_id=person["id"])
    office.start(
        account=[
            {"kind": "billable_item", "cliniko_id": item, "account": "200"},
            {"kind": "practitioner", "cliniko_id": people[0]["id"], "account": "210"},
        ]
    )
    codes = [row["LineItems"][0]["AccountCode"] for row in office.organisation.invoices.values()]
    assert codes == ["200", "210", "201"]


def test_a_closed_period_holds_or_moves_to_the_next_open_day(office: Office) -> None:
    office.organisation.period_lock = "2026-06-30"
    office.issue(day="2026-06-30")
    office.issue(day="2026-07-01")
    office.start()
    assert [row.reason for row in office.documents().values()] == ["closed_period", None]
    office.accounting.connecting.save(office.author, office.clinic, {**MAPPED, "lock_date": "next_open_day"})
    office.work()
    moved = list(office.organisation.invoices.values())[1]
    assert moved["DateString"] == "2026-07-01T00:00:00" and moved["Reference"].endswith(" of 2026-06-30")


def test_what_xero_refuses_waits_for_a_person_and_takes_nothing_with_it(office: Office) -> None:
    bad, good = office.issue(Line(price="10.00", **GST)), office.issue()
    office.start(tax=[{"name": "GST", "rate": "10", "code": "NOSUCH"}, MAPPED["tax"][1]])  # type: ignore[index]
    by_id = {row.cliniko_id: row for row in office.documents().values()}
    assert (by_id[bad].state, by_id[bad].reason) == (DocumentState.REFUSED, "tax_refused")
    assert by_id[good].state == DocumentState.POSTED
    office.accounting.connecting.save(office.author, office.clinic, MAPPED)
    assert office.accounting.decisions.retry(office.author, office.clinic, by_id[bad].id)
    office.work()
    assert office.documents()[by_id[bad].number].state == DocumentState.POSTED
    assert len(office.organisation.invoices) == 2


def test_an_edit_after_posting_waits_for_a_click_and_is_posted_under_the_next_number(office: Office) -> None:
    made = office.issue(Line(price="95.00"))
    office.start()
    office.billing.edit(made, [Line(price="85.00")])
    office.clock.advance(minutes=11)
    office.read()
    office.work()
    (document,) = office.documents().values()
    assert document.is_edited and len(office.organisation.invoices) == 1
    assert office.accounting.decisions.post_again(office.author, office.clinic, document.id)
    office.work()
    voided, fresh = office.organisation.invoices.values()
    assert (voided["Status"], fresh["Status"]) == ("VOIDED", "AUTHORISED")
    assert fresh["InvoiceNumber"] == f"{voided['InvoiceNumber']}-2" and fresh["Total"] == Decimal("85.00")


def test_what_was_archived_is_skipped_before_and_taken_back_by_a_click_after(office: Office) -> None:
    early, late = office.issue(), office.issue()
    office.connect()
    office.read()
    office.billing.archive(early)
    office.read()
    office.accounting.connecting.start(office.author, office.clinic)
    office.work()
    assert len(office.organisation.invoices) == 1
    office.billing.archive(late)
    office.read()
    posted = next(row for row in office.documents().values() if row.state == DocumentState.POSTED)
    assert office.accounting.decisions.take_back(office.author, office.clinic, posted.id)
    office.work()
    assert [row["Status"] for row in office.organisation.invoices.values()] == ["VOIDED"]


def test_a_paid_invoice_is_not_taken_back(office: Office) -> None:
    office.issue()
    office.start()
    (invoice,), (document,) = office.organisation.invoices.values(), office.documents().values()
    invoice.update(Status="PAID", AmountPaid=invoice["Total"], AmountDue=Decimal(0))
    office.accounting.decisions.take_back(office.author, office.clinic, document.id)
    office.work(rounds=3)
    assert invoice["Status"] == "PAID"
    assert office.documents()[document.number].state == DocumentState.POSTED


def test_a_draft_of_the_first_five_can_be_taken_back(office: Office) -> None:
    office.issue()
    office.connect(status="draft")
    office.read()
    office.accounting.connecting.start_trial(office.author, office.clinic)
    office.work()
    (document,) = office.documents().values()
    office.accounting.decisions.take_back(office.author, office.clinic, document.id)
    office.work()
    assert [row["Status"] for row in office.organisation.invoices.values()] == ["DELETED"]
