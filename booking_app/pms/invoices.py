"""What a practice system's invoices say, in this product's words. Money is Decimal, with the tax in it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, Protocol

InvoiceStatus = Literal["open", "paid", "closed", "credit"]
BilledKind = Literal["billable_item", "product", "free_text"]


@dataclass(frozen=True)
class InvoiceLine:
    """One line. `gross` is what the patient pays for it, discounts and tax in it, and may have more than two decimals.

    `tax_name` and `tax_rate` (per cent) are those of the day on which it was written; "" and None where it is untaxed.
    `name` may tell a treatment, so it is kept out of repr.
    """

    cliniko_id: str
    kind: BilledKind
    billed_id: str | None
    quantity: Decimal
    gross: Decimal
    tax_name: str = ""
    tax_rate: Decimal | None = None
    name: str = field(default="", repr=False)


@dataclass(frozen=True)
class Invoice:
    """One invoice, or a credit note, which is one with a negative total.

    `issued_on` is a day and never moves with a time zone; `closed_at` is when its balance last reached zero. An id
    that the practice system does not tell is "".
    """

    cliniko_id: str
    number: int
    issued_on: date
    status: InvoiceStatus
    gross: Decimal
    tax: Decimal
    location_id: str
    patient_id: str
    practitioner_id: str | None
    closed_at: datetime | None
    changed_at: datetime
    is_archived: bool
    lines: tuple[InvoiceLine, ...]


@dataclass(frozen=True)
class Billed:
    """Something that can stand on an invoice; archived ones are left out."""

    kind: BilledKind
    cliniko_id: str
    name: str


@dataclass(frozen=True)
class TaxOffered:
    """A tax of the account; `rate` is per cent."""

    name: str
    rate: Decimal | None


@dataclass(frozen=True)
class BillingFacts:
    """What is to be known before invoices go elsewhere. `exports_itself`: the practice system has its own export on."""

    country_code: str
    exports_itself: bool
    billed: tuple[Billed, ...]
    taxes: tuple[TaxOffered, ...]


class InvoiceReader(Protocol):
    """Reading what was billed. Raises RemoteFailure (see `errors.py`) and nothing else; nothing is ever written."""

    def changed_invoices(self, since: datetime) -> tuple[Invoice, ...]:
        """What changed at or after that second, archived and deleted ones too, each with its lines as they stand now.

        An invoice whose lines alone have changed is among them.
        """
        ...

    def invoices_issued(self, first: date, last: date) -> tuple[Invoice, ...]:
        """Everything issued from the first day to the last, archived ones too, by number."""
        ...

    def invoices(self, invoice_ids: Sequence[str]) -> tuple[Invoice, ...]:
        """Those of the ids that there are, as they stand now; three calls for fifty."""
        ...

    def billing_facts(self) -> BillingFacts: ...
