"""Whatever an invoice is made of, it is posted to the same gross; and no time zone moves its day."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking_app.accounting.documents import document_of, in_cents, in_money, write
from booking_app.accounting.mapping import Held, Surroundings, sale_of
from booking_app.accounting.models import AccountingDocument
from booking_app.accounting.settings import AccountingSettings, tax_pair
from booking_app.accounting.vendors.xero.books import _document
from booking_app.pms.invoices import Invoice, InvoiceLine

SETTINGS = AccountingSettings(
    default_account="200", rounding_account="860", status="authorised",
    taxes={tax_pair("GST", 10): "OUTPUT", tax_pair("", 0): "EXEMPTOUTPUT"},
)  # fmt: skip
AROUND = Surroundings(currency="AUD")
CENT = Decimal("0.01")

amounts = st.decimals(min_value=-9_999, max_value=9_999, places=4, allow_nan=False, allow_infinity=False)
taxes = st.sampled_from([("GST", Decimal("10.0")), ("", None)])
lines = st.lists(
    st.builds(
        lambda place, kind, gross, tax, quantity: InvoiceLine(
            str(place), kind, "7", quantity, gross, tax[0], tax[1], "EMDR"
        ),
        st.integers(1, 999), st.sampled_from(["billable_item", "product", "free_text"]), amounts, taxes,
        st.decimals(min_value=1, max_value=9, places=1),
    ),
    min_size=1, max_size=12,
)  # fmt: skip


def invoice(found: list[InvoiceLine], off: Decimal = Decimal(0)) -> Invoice:
    gross = sum((line.gross for line in found), Decimal(0)).quantize(CENT, ROUND_HALF_UP) + off
    return Invoice(
        "9", 4711, date(2026, 11, 30), "open", gross, Decimal(0), "11", "71", "31", None,
        datetime(2026, 11, 30, 12, tzinfo=UTC), False, tuple(found),
    )  # fmt: skip


def row_of(found: Invoice) -> AccountingDocument:
    row = AccountingDocument(clinic_id=1, connection_id=1, revision=1, state="seen")
    write(row, document_of(found))
    return row


@given(lines)
def test_any_invoice_is_posted_to_the_same_gross(found: list[InvoiceLine]) -> None:
    made = invoice(found)
    sale = sale_of(row_of(made), SETTINGS, AROUND, contact_id="c")
    assert sale.total == abs(made.gross)
    assert sale.is_credit is (made.gross < 0)
    body = _document(sale)
    sent = sum((Decimal(repr(line["UnitAmount"])) for line in body["LineItems"]), Decimal(0))  # type: ignore[index, attr-defined, union-attr]
    assert sent == abs(made.gross)
    assert "EMDR" not in repr(body)


@given(lines, st.integers(-30, 30))
def test_up_to_five_cents_go_to_a_rounding_line_and_more_is_held(found: list[InvoiceLine], off: int) -> None:
    made = invoice(found, in_money(off))
    row = row_of(made)
    if abs(off) > 5:
        with pytest.raises(Held):
            sale_of(row, SETTINGS, AROUND, contact_id="c")
        return
    assert sale_of(row, SETTINGS, AROUND, contact_id="c").total == abs(made.gross)


@pytest.mark.parametrize(
    ("amount", "cents"),
    [("0.005", 1), ("-0.005", -1), ("1.004", 100), ("33.33", 3333), ("62.455", 6246), ("-62.455", -6246)],
)
def test_half_a_cent_goes_away_from_zero(amount: str, cents: int) -> None:
    assert in_cents(Decimal(amount)) == cents


def test_the_fingerprint_is_of_what_is_posted_and_of_nothing_else() -> None:
    line = InvoiceLine("1", "billable_item", "7", Decimal(1), Decimal("95.00"), "GST", Decimal("10.0"), "One")
    other = InvoiceLine("1", "billable_item", "7", Decimal("1.0"), Decimal("95"), "GST", Decimal(10), "Another name")
    assert document_of(invoice([line])).fingerprint == document_of(invoice([other])).fingerprint
    dearer = InvoiceLine("1", "billable_item", "7", Decimal(1), Decimal("96.00"), "GST", Decimal(10))
    assert document_of(invoice([line])).fingerprint != document_of(invoice([dearer])).fingerprint


@pytest.fixture(params=["Pacific/Kiritimati", "America/Adak"])
def far_zone(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    time.tzset()
    yield
    os.environ.pop("TZ")
    if before is not None:
        os.environ["TZ"] = before
    time.tzset()


@pytest.mark.usefixtures("far_zone")
def test_no_zone_of_the_server_moves_a_day() -> None:
    line = InvoiceLine("1", "product", "7", Decimal(1), Decimal("95.00"))
    for hour in (0, 12, 23):
        made = invoice([line])
        made = Invoice(**{**vars(made), "changed_at": datetime(2026, 11, 30, hour, 30, tzinfo=UTC)})
        sale = sale_of(row_of(made), SETTINGS, AROUND, contact_id="c")
        body = _document(sale)
        assert (body["Date"], sale.due_day - sale.day) == ("2026-11-30", timedelta(days=14))
