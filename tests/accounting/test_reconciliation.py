"""Each planted difference is found by its class, and nothing else is."""

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from booking_app.accounting.reconciliation import report_csv
from booking_app.alerts.causes import present_causes
from booking_app.alerts.wording import words_for
from booking_app.tasks.kinds import TaskKinds
from booking_sandbox.billing import Line
from booking_sandbox.xero.organisation import new_id
from tests.accounting.conftest import GST, Office

Row = dict[str, Any]


def kinds(office: Office) -> dict[str, int]:
    office.accounting.reconciliation.compare(office.connection_id)
    return dict(Counter(row.kind for row in office.accounting.reconciliation.report(office.clinic).open_ones))


def lost(office: Office, row: Row) -> None:
    del office.organisation.invoices[row["InvoiceID"]]


def voided(_office: Office, row: Row) -> None:
    row["Status"] = "VOIDED"


def dearer(_office: Office, row: Row) -> None:
    row["Total"] += Decimal(1)


def taxed(_office: Office, row: Row) -> None:
    row["TotalTax"] += Decimal("0.05")


def moved(_office: Office, row: Row) -> None:
    row["DateString"] = "2026-11-01T00:00:00"


def paid(_office: Office, row: Row) -> None:
    row.update(Status="PAID", AmountDue=Decimal(0))


def extra(office: Office, row: Row) -> None:
    other = {**row, "InvoiceID": new_id(), "InvoiceNumber": "CLK-99999", "Reference": "By hand"}
    office.organisation.invoices[other["InvoiceID"]] = other


@pytest.mark.parametrize(
    ("plant", "kind"),
    [
        (lost, "missing"),
        (voided, "voided_there"),
        (dearer, "total_differs"),
        (taxed, "tax_differs"),
        (moved, "date_differs"),
        (paid, "paid_there"),
        (extra, "extra"),
    ],
)
def test_a_planted_difference_is_found_by_its_class(
    office: Office, plant: Callable[[Office, Row], None], kind: str
) -> None:
    for price in ("95.00", "11.00", "33.00"):
        office.issue(Line(price=price, **GST))
    office.start()
    assert kinds(office) == {}
    plant(office, next(iter(office.organisation.invoices.values())))
    assert kinds(office) == {kind: 1}


def test_totals_come_first_and_an_accepted_difference_is_not_told_of_again(office: Office) -> None:
    office.issue(Line(price="90.00"), day="2026-11-03")
    office.issue(Line(price="10.00"), day="2026-10-31")
    office.start()
    november = next(row for row in office.organisation.invoices.values() if row["Total"] == 90)
    lost(office, november)
    office.accounting.reconciliation.compare(office.connection_id)
    report = office.accounting.reconciliation.report(office.clinic)
    assert [(one.month, one.ours, one.theirs, one.gap, one.differences) for one in report.months] == [
        ("2026-10", 1000, 1000, 0, 0),
        ("2026-11", 9000, 0, 9000, 1),
    ]
    (row,) = report.open_ones
    assert office.accounting.reconciliation.accept(office.author, office.clinic, row.id, "=Written off by hand")
    office.accounting.reconciliation.compare(office.connection_id)
    again = office.accounting.reconciliation.report(office.clinic)
    assert not again.open_ones and again.accepted[0].accepted_why == "=Written off by hand"
    assert "'=Written off" in report_csv(again)


def test_an_edit_and_an_archived_invoice_are_listed_until_somebody_decides(office: Office) -> None:
    edited, gone = office.issue(Line(price="90.00")), office.issue(Line(price="80.00"))
    office.start()
    office.billing.edit(edited, [Line(price="85.00")])
    office.billing.archive(gone)
    office.read()
    assert kinds(office) == {"edited_here": 1, "archived_here": 1}


def test_what_waits_for_a_person_is_alerted_once_by_its_cause(office: Office) -> None:
    office.issue(Line(price="11.00", **GST))
    office.issue(Line(price="12.00"))
    office.start(tax=[{"name": "", "rate": "0", "code": "EXEMPTOUTPUT"}])
    for row in office.organisation.invoices.values():
        voided(office, row)
    office.accounting.reconciliation.compare(office.connection_id)
    with office.database.reading() as session:
        causes = {one.key: one for one in present_causes(session, office.clock.now(), TaskKinds())}
    assert causes.keys() == {"books:held", "books:differs"}
    assert causes["books:held"].count == 1
    assert "each says what to do" in words_for("books:held", TaskKinds()).fix
    assert "differ" in words_for("books:differs", TaskKinds()).what
