"""One Xero organisation: its chart, its taxes, what was posted, and how it is set up."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import Any

Row = dict[str, Any]
STORES = ("contacts", "invoices", "credit_notes", "payments")
NIL = "00000000-0000-0000-0000-000000000000"

ACCOUNTS: tuple[Row, ...] = (
    {"Code": "200", "Name": "Sales", "Type": "REVENUE", "Class": "REVENUE", "TaxType": "OUTPUT"},
    {"Code": "201", "Name": "Consultations", "Type": "REVENUE", "Class": "REVENUE", "TaxType": "EXEMPTOUTPUT"},
    {"Code": "210", "Name": "Products", "Type": "SALES", "Class": "REVENUE", "TaxType": "OUTPUT"},
    {"Code": "400", "Name": "Advertising", "Type": "EXPENSE", "Class": "EXPENSE", "TaxType": "INPUT"},
    {"Code": "610", "Name": "Accounts receivable", "Type": "CURRENT", "Class": "ASSET", "SystemAccount": "DEBTORS"},
    {"Code": "860", "Name": "Rounding", "Type": "CURRLIAB", "Class": "LIABILITY", "SystemAccount": "ROUNDING"},
    {"Code": "880", "Name": "HICAPS clearing", "Type": "CURRENT", "Class": "ASSET", "EnablePaymentsToAccount": True},
)
# Name, type, rate and whether it may stand on revenue.
TAXES: tuple[tuple[str, str, float, bool], ...] = (
    ("GST on Income", "OUTPUT", 10.0, True),
    ("GST Free Income", "EXEMPTOUTPUT", 0.0, True),
    ("BAS Excluded", "BASEXCLUDED", 0.0, True),
    ("GST on Expenses", "INPUT", 10.0, False),
)


class Organisation:
    """What one tenant keeps. Amounts are Decimal inside and numbers outside.

    `switches` are what differs between organisations and days: lock dates, an approval limit, whether it has
    disconnected the app, whether archived contacts still keep their names.
    """

    def __init__(self, tenant_id: str, name: str, *, country: str = "AU", currency: str = "AUD") -> None:
        self.tenant_id, self.name, self.country, self.currency = tenant_id, name, country, currency
        self.contacts: dict[str, Row] = {}
        self.invoices: dict[str, Row] = {}
        self.credit_notes: dict[str, Row] = {}
        self.payments: dict[str, Row] = {}
        self.history: list[Row] = []
        self.accounts = [{"AccountID": new_id(), "Status": "ACTIVE", **row} for row in ACCOUNTS]
        self.taxes = {code: (title, rate, on_revenue) for title, code, rate, on_revenue in TAXES}
        self.tracking: list[Row] = [
            _category("Practitioner", "Dr Mia Chen"),
            _category("Location", "Adelaide", "Perth"),
        ]
        self.period_lock: str | None = None
        self.year_lock: str | None = None
        self.approvals_left: int | None = None
        self.is_disconnected = False
        self.archived_names_block = True

    def account(self, code: str) -> Row | None:
        """The account of this code that is in use."""
        return next((row for row in self.accounts if row.get("Code") == code and row["Status"] == "ACTIVE"), None)

    def documents(self) -> Iterator[Row]:
        """Invoices and credit notes."""
        yield from self.invoices.values()
        yield from self.credit_notes.values()

    def locked_until(self) -> str | None:
        """The last day on which nothing may be posted, as text."""
        return max((day for day in (self.period_lock, self.year_lock) if day), default=None)

    def to_json(self) -> Row:
        """What arrived, for the control API."""
        return {
            "name": self.name,
            "tenant_id": self.tenant_id,
            **{name: list(getattr(self, name).values()) for name in STORES},
            "history": self.history,
        }


def new_id() -> str:
    """An id as Xero makes them."""
    return str(uuid.uuid4())


def xero_time(at: datetime) -> str:
    """An instant as Xero's JSON has it."""
    return f"/Date({int(at.timestamp() * 1000)}+0000)/"


def _category(name: str, *options: str) -> Row:
    return {
        "TrackingCategoryID": new_id(),
        "Name": name,
        "Status": "ACTIVE",
        "Options": [{"TrackingOptionID": new_id(), "Name": each, "Status": "ACTIVE"} for each in options],
    }
