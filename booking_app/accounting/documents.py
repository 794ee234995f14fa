"""From an invoice of the practice system to what is kept of it: exact cents that sum, and no word of a treatment."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from booking_app.accounting.models import AccountingDocument
from booking_app.accounting.settings import TaxPair, tax_pair
from booking_app.pms.invoices import Invoice, InvoiceLine

CENT = Decimal("0.01")
MOST_ROUNDING_CENTS = 5  # Cliniko's own export puts as much on a rounding line
ROUNDING = "rounding"


@dataclass(frozen=True)
class Line:
    """One line. `kind` and `billed_id` say what was billed, `quantity` how many as text."""

    kind: str
    billed_id: str | None
    quantity: str
    cents: int
    tax: TaxPair

    def to_json(self) -> dict[str, Any]:
        name, rate = self.tax
        return {
            "kind": self.kind, "billed_id": self.billed_id, "quantity": self.quantity, "cents": self.cents,
            "tax_name": name, "tax_rate": format(rate, "f"),
        }  # fmt: skip

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> "Line":
        tax = tax_pair(raw["tax_name"], raw["tax_rate"])
        return cls(raw["kind"], raw["billed_id"], raw["quantity"], int(raw["cents"]), tax)


@dataclass(frozen=True)
class Document:
    """What is kept of an invoice. `cents` are those of the invoice; lines sum to them, or it is `is_whole` no more."""

    cliniko_id: str
    number: int
    is_credit: bool
    issue_day: date
    location_id: str
    practitioner_id: str | None
    patient_id: str
    cents: int
    tax_cents: int
    lines: tuple[Line, ...]
    status: str
    closed_at: datetime | None
    is_archived: bool
    changed_at: datetime

    @property
    def is_whole(self) -> bool:
        return sum(line.cents for line in self.lines) == self.cents

    @property
    def is_waiting_for_lines(self) -> bool:
        """An invoice may be seen a moment before its lines."""
        return not self.lines and self.cents != 0

    @property
    def fingerprint(self) -> str:
        """Of all that would be posted, and of nothing else: text and payment may change without making it another."""
        told = [
            self.number, self.is_credit, self.issue_day.isoformat(), self.location_id, self.practitioner_id,
            self.patient_id, self.cents, self.is_archived, [line.to_json() for line in self.lines],
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def document_of(invoice: Invoice) -> Document:
    """The invoice in cents. A negative total is a credit note, whose own amounts stay negative here."""
    cents = in_cents(invoice.gross)
    return Document(
        cliniko_id=invoice.cliniko_id,
        number=invoice.number,
        is_credit=cents < 0,
        issue_day=invoice.issued_on,
        location_id=invoice.location_id,
        practitioner_id=invoice.practitioner_id,
        patient_id=invoice.patient_id,
        cents=cents,
        tax_cents=in_cents(invoice.tax),
        lines=_lines(invoice.lines, cents),
        status=invoice.status,
        closed_at=invoice.closed_at,
        is_archived=invoice.is_archived,
        changed_at=invoice.changed_at,
    )


def write(row: AccountingDocument, document: Document) -> None:
    """Put the document's content into its row; what became of it stays."""
    row.number, row.is_credit, row.issue_day = document.number, document.is_credit, document.issue_day
    row.location_id, row.practitioner_id = document.location_id, document.practitioner_id
    row.patient_id, row.gross_cents, row.tax_cents = document.patient_id, document.cents, document.tax_cents
    row.lines = [line.to_json() for line in document.lines]
    row.status, row.closed_at, row.is_archived = document.status, document.closed_at, document.is_archived
    row.changed_at, row.fingerprint = document.changed_at, document.fingerprint


def lines_of(row: AccountingDocument) -> tuple[Line, ...]:
    return tuple(Line.from_json(each) for each in row.lines)


def in_cents(amount: Decimal) -> int:
    """Half a cent goes away from zero."""
    return int((amount.quantize(CENT, ROUND_HALF_UP) * 100).to_integral_value())


def in_money(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)


def _lines(found: Sequence[InvoiceLine], total: int) -> tuple[Line, ...]:
    """Each rounded for itself, the largest so that they sum to the exact sum; what is left is a rounding line."""
    rounded = [in_cents(line.gross) for line in found]
    exact = in_cents(sum((line.gross for line in found), Decimal(0)))
    if rounded:
        largest = max(range(len(rounded)), key=lambda place: abs(rounded[place]))
        rounded[largest] += exact - sum(rounded)
    lines = [_line(line, cents) for line, cents in zip(found, rounded, strict=True)]
    left = total - exact
    if lines and 0 < abs(left) <= MOST_ROUNDING_CENTS:
        lines.append(Line(ROUNDING, None, "1", left, tax_pair("", 0)))
    return tuple(lines)


def _line(line: InvoiceLine, cents: int) -> Line:
    quantity = format(line.quantity.normalize(), "f")
    return Line(line.kind, line.billed_id, quantity, cents, tax_pair(line.tax_name, line.tax_rate))
