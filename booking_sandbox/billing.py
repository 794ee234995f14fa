"""What the people of a clinic do to invoices in Cliniko, past its API: write, edit, pay, reverse and archive them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from booking_sandbox.account import Account
from booking_sandbox.instants import as_text
from booking_sandbox.table import Record

OPEN, PAID, CLOSED, CREDIT = 10, 20, 30, 40
CENT, THIRD = Decimal("0.01"), Decimal("0.001")


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line. `price` is for one, tax in it; `discount` is money off the price with tax, for the whole line."""

    price: str
    name: str = "Consultation"
    quantity: str = "1"
    tax_name: str | None = None
    tax_rate: str | None = None
    billable_item_id: str | None = None
    product_id: str | None = None
    discount: str = "0"

    @property
    def gross(self) -> Decimal:
        """What the patient pays for it."""
        return (Decimal(self.price) * Decimal(self.quantity) - Decimal(self.discount)).quantize(CENT, ROUND_HALF_UP)

    @property
    def net(self) -> Decimal:
        """The same without tax, in the three decimals that Cliniko's own example has."""
        return (self.gross / (1 + Decimal(self.tax_rate or 0) / 100)).quantize(THIRD, ROUND_HALF_UP)


class Billing:
    """The invoices of one account at one moment."""

    def __init__(self, account: Account, now: datetime) -> None:
        self._account = account
        self._now = as_text(now)

    def issue(
        self, lines: Sequence[Line], *, patient_id: str | None = None, status: int = OPEN, day: str | None = None,
        business_id: str | None = None, practitioner_id: str | None = None, **values: Any,
    ) -> str:  # fmt: skip
        """Write an invoice, as the number after the highest; returns its id. What is left out is chosen."""
        table = self._account.table("invoices")
        practitioner = self._account.table("practitioners").get(practitioner_id) if practitioner_id else None
        practitioner = practitioner or next(iter(self._account.table("practitioners")))
        row = {
            **self._new(),
            "number": max((each["number"] for each in table), default=1000) + 1,
            "issue_date": day or self._now[:10],
            "status": status,
            "closed_at": self._now if status in (PAID, CLOSED) else None,
            "patient_id": patient_id or next(iter(self._account.table("patients")))["id"],
            "practitioner_id": practitioner["id"],
            "business_id": business_id or practitioner["business_ids"][0],
            **values,
        }
        self._put_lines(str(row["id"]), lines)
        table.put({**row, **_totals(lines)})
        return str(row["id"])

    def edit(self, invoice_id: str, lines: Sequence[Line] | None = None, **values: Any) -> None:
        """Change an invoice; new lines take the place of the old ones."""
        row = self._row(invoice_id)
        if lines is not None:
            self._drop_lines(invoice_id)
            self._put_lines(invoice_id, lines)
            values |= _totals(lines)
        self._account.table("invoices").put({**row, **values, "updated_at": self._now})

    def pay(self, invoice_id: str) -> None:
        """Its balance reaches zero now."""
        self.edit(invoice_id, status=PAID, closed_at=self._now)

    def archive(self, invoice_id: str) -> None:
        """Hide it; the number is not given out again."""
        self.edit(invoice_id, archived_at=self._now)

    def reverse(self, invoice_id: str) -> str:
        """Cliniko's “Reverse”: an invoice of its own number with the quantities turned round; returns its id."""
        row = self._row(invoice_id)
        lines = [self._line_of(each) for each in self._lines_of(invoice_id)]
        turned = [Line(**{**vars(each), "quantity": str(-Decimal(each.quantity))}) for each in lines]
        names = ("patient_id", "business_id", "practitioner_id")
        return self.issue(turned, status=CREDIT, **{name: row[name] for name in names})

    def _line_of(self, row: Record) -> Line:
        quantity, total = Decimal(str(row["quantity"])), Decimal(row["total_including_tax"])
        return Line(
            price=str(total / quantity),
            quantity=str(quantity),
            name=row["name"],
            tax_name=row["tax_name"],
            tax_rate=_text(row["tax_rate"]),
            billable_item_id=row["billable_item_id"],
            product_id=row["product_id"],
        )

    def _lines_of(self, invoice_id: str) -> list[Record]:
        return [row for row in self._account.table("invoice_items") if row["invoice_id"] == invoice_id]

    def _drop_lines(self, invoice_id: str) -> None:
        for row in self._lines_of(invoice_id):
            self._account.table("invoice_items").remove(row["id"])

    def _put_lines(self, invoice_id: str, lines: Sequence[Line]) -> None:
        for line in lines:
            quantity = Decimal(line.quantity)
            self._account.table("invoice_items").put(
                {
                    **self._new(),
                    "invoice_id": invoice_id,
                    "name": line.name,
                    "quantity": int(quantity) if quantity == quantity.to_integral() else float(quantity),
                    "unit_price": line.price,
                    "net_price": str(line.net),
                    "discounted_amount": line.discount,
                    "is_monetary_discount": Decimal(line.discount) != 0,
                    "tax_name": line.tax_name,
                    "tax_rate": float(line.tax_rate) if line.tax_rate is not None else None,
                    "total_including_tax": str(line.gross),
                    "billable_item_id": line.billable_item_id,
                    "product_id": line.product_id,
                }
            )

    def _new(self) -> Record:
        return {"id": self._account.new_id(), "created_at": self._now, "updated_at": self._now, "archived_at": None}

    def _row(self, invoice_id: str) -> Record:
        row = self._account.table("invoices").get(invoice_id)
        if row is None:
            raise KeyError(invoice_id)
        return row


def lines_from(rows: Sequence[Mapping[str, Any]]) -> list[Line]:
    """The lines of a request to the control API. Raises TypeError for a member that a line does not have."""
    return [Line(**row) for row in rows]


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _totals(lines: Sequence[Line]) -> dict[str, str]:
    gross = sum((line.gross for line in lines), Decimal(0))
    net = sum((line.net for line in lines), Decimal(0))
    return {"total_amount": f"{gross:.2f}", "net_amount": f"{net:.2f}", "tax_amount": f"{gross - net:.2f}"}
