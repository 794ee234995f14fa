"""Reading invoices with their lines, and what has to be known before they go elsewhere."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal

from booking_app.pms import invoices as ours
from booking_app.pms.client import (
    ARCHIVED_AT,
    DELETED_AT,
    ID,
    UPDATED_AT,
    ClinikoClient,
    Invoice,
    InvoiceFields,
    InvoiceItem,
    InvoiceItemFields,
)
from booking_app.pms.cliniko.prices import if_there

STATUSES: dict[int | None, ours.InvoiceStatus] = {10: "open", 20: "paid", 30: "closed", 40: "credit"}
EVEN_HIDDEN = (ARCHIVED_AT.any(), DELETED_AT.any())
AT_ONCE = 50  # ids in one question, so that its address stays short enough for any server on the way
ZERO = Decimal(0)


def changed_invoices(client: ClinikoClient, since: datetime) -> tuple[ours.Invoice, ...]:
    """What changed since. Whether an edited line touches its invoice is not documented, so both lists are asked."""
    where = [UPDATED_AT.at_or_after(since), *EVEN_HIDDEN]
    found = {one.id: one for one in client.invoices.list(where=where, sort="updated_at")}
    touched = {one.invoice_id for one in client.invoice_items.list(where=where, sort="updated_at")}
    others = sorted(one for one in touched if one and one not in found)
    return _with_lines(client, [*found.values(), *_by_id(client, others)])


def invoices_issued(client: ClinikoClient, first: date, last: date) -> tuple[ours.Invoice, ...]:
    """Everything issued on these days."""
    day = InvoiceFields.issue_date
    return _with_lines(
        client, client.invoices.list(where=[day.at_or_after(first), day.at_or_before(last), *EVEN_HIDDEN])
    )


def read_invoices(client: ClinikoClient, invoice_ids: Sequence[str]) -> tuple[ours.Invoice, ...]:
    """Those of the ids that Cliniko shows in its list, archived and deleted ones too."""
    return _with_lines(client, _by_id(client, invoice_ids))


def billing_facts(client: ClinikoClient) -> ours.BillingFacts:
    """The price list, the taxes and Cliniko's own export. A list that the key may not read is empty."""
    settings = client.settings.get()
    items = if_there(lambda: client.billable_items.list()) or ()
    products = if_there(lambda: client.products.list()) or ()
    taxes = if_there(client.taxes.list) or ()
    return ours.BillingFacts(
        country_code=settings.country_code,
        exports_itself=settings.exports_to_xero,
        billed=(
            *(ours.Billed("billable_item", one.id, one.name) for one in items),
            *(ours.Billed("product", one.id, one.name) for one in products),
        ),
        taxes=tuple(ours.TaxOffered(one.name, one.rate) for one in taxes),
    )


def _by_id(client: ClinikoClient, invoice_ids: Sequence[str]) -> Iterator[Invoice]:
    for ids in _parts(invoice_ids):
        yield from client.invoices.list(where=[ID.one_of(ids), *EVEN_HIDDEN])


def _with_lines(client: ClinikoClient, found: Iterable[Invoice]) -> tuple[ours.Invoice, ...]:
    """The invoices by number."""
    listed = list(found)
    lines: dict[str | None, list[InvoiceItem]] = defaultdict(list)
    for ids in _parts([one.id for one in listed]):
        for item in client.invoice_items.list(where=[InvoiceItemFields.invoice_id.one_of(ids)]):
            lines[item.invoice_id].append(item)
    translated = (_invoice(one, lines[one.id]) for one in listed)
    return tuple(sorted(translated, key=lambda one: one.number))


def _parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]


def _invoice(found: Invoice, items: Iterable[InvoiceItem]) -> ours.Invoice:
    return ours.Invoice(
        cliniko_id=found.id,
        number=found.number,
        issued_on=found.issue_date,
        status=STATUSES.get(found.status, "open"),
        gross=found.total_amount or ZERO,
        tax=found.tax_amount or ZERO,
        location_id=found.business_id or "",
        patient_id=found.patient_id or "",
        practitioner_id=found.practitioner_id,
        closed_at=found.closed_at,
        changed_at=found.updated_at,
        is_archived=found.archived_at is not None,
        lines=tuple(_line(one) for one in sorted(items, key=lambda one: (len(one.id), one.id))),
    )


def _line(found: InvoiceItem) -> ours.InvoiceLine:
    kind: ours.BilledKind = (
        "billable_item" if found.billable_item_id else "product" if found.product_id else "free_text"
    )
    return ours.InvoiceLine(
        cliniko_id=found.id,
        kind=kind,
        billed_id=found.billable_item_id or found.product_id,
        quantity=found.quantity if found.quantity is not None else Decimal(1),
        gross=found.total_including_tax or ZERO,
        tax_name=found.tax_name,
        tax_rate=found.tax_rate,
        name=found.name,
    )
