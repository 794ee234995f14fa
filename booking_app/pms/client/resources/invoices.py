"""Invoices; Cliniko lets nobody write them through the API, and shows no payment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from booking_app.pms.client.filters import DayField, Filter
from booking_app.pms.client.records import JsonObject

from .base import Resource


class InvoiceFields:
    """What a list of invoices can be filtered by, besides the fields of every list."""

    issue_date = DayField("issue_date")


@dataclass(frozen=True, kw_only=True)
class Invoice:
    """An invoice. Its free texts (whom it is made out to, notes) are not read: they may say anything."""

    id: str
    number: int
    issue_date: date
    status: int | None
    total_amount: Decimal | None
    tax_amount: Decimal | None
    closed_at: datetime | None
    updated_at: datetime
    archived_at: datetime | None
    patient_id: str | None
    practitioner_id: str | None
    business_id: str | None

    @classmethod
    def from_json(cls, found: JsonObject) -> Invoice:
        return cls(
            id=found.id(),
            number=found.integer("number"),
            issue_date=found.day("issue_date"),
            status=found.optional_integer("status"),
            total_amount=found.optional_decimal("total_amount"),
            tax_amount=found.optional_decimal("tax_amount"),
            closed_at=found.optional_instant("closed_at"),
            updated_at=found.instant("updated_at"),
            archived_at=found.optional_instant("archived_at") or found.optional_instant("deleted_at"),
            patient_id=found.reference("patient"),
            practitioner_id=found.reference("practitioner"),
            business_id=found.reference("business"),
        )


class InvoicesResource(Resource):
    """Invoices; read-only."""

    def list(
        self, *, where: Iterable[Filter] = (), sort: str | None = None, limit: int | None = None
    ) -> tuple[Invoice, ...]:
        """Invoices that meet all filters; archived and deleted ones only when a filter asks for them."""
        return self._many("/invoices", "invoices", Invoice.from_json, where=where, sort=sort, limit=limit)
