"""What invoices, credit notes and contacts have in common: each document of a call is taken or refused for itself."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from decimal import Decimal
from typing import Any

from werkzeug.wrappers import Response

from booking_sandbox.xero.context import XeroCall, day_of, money
from booking_sandbox.xero.errors import ElementRefused, as_json, not_valid
from booking_sandbox.xero.organisation import NIL, STORES, Organisation, Row, new_id

MOST_TRACKING = 2


def answer_each(call: XeroCall, name: str, take: Callable[[dict[str, Any]], Row]) -> Response:
    """Take every document sent. With summarizeErrors one bad one refuses all, else each says how it went."""
    organisation = call.organisation
    before = {store: deepcopy(getattr(organisation, store)) for store in STORES}
    shown, is_bad = [], False
    for sent in call.elements(name):
        try:
            row = take(sent)
            shown.append({**row, "StatusAttributeString": "OK", "HasErrors": False})
        except ElementRefused as refused:
            is_bad = True
            shown.append(_bad(sent, refused))
    if is_bad and call.summarises:
        for store, rows in before.items():
            setattr(organisation, store, rows)
        raise not_valid([row for row in shown if row.get("HasErrors")])
    return as_json({"Id": new_id(), "Status": "OK", name: shown})


def _bad(sent: dict[str, Any], refused: ElementRefused) -> Row:
    """A refused document: what was sent, an id that names nothing, and the sentences."""
    ids = {name: NIL for name in ("ContactID", "InvoiceID", "CreditNoteID", "PaymentID") if name not in sent}
    return {
        **ids,
        **sent,
        "StatusAttributeString": "ERROR",
        "HasErrors": True,
        "HasValidationErrors": True,
        "ValidationErrors": [{"Message": message} for message in refused.messages],
    }


def check_day(organisation: Organisation, day: str) -> None:
    """Posting on a lock date is refused as well as before it."""
    if not day:
        raise ElementRefused("Invoice date cannot be empty")
    if organisation.period_lock and day <= organisation.period_lock:
        raise ElementRefused(f"The document date cannot be before the period lock date {organisation.period_lock}")
    if organisation.year_lock and day <= organisation.year_lock:
        raise ElementRefused(f"The document date cannot be before the end of year lock date {organisation.year_lock}")


def priced(organisation: Organisation, sent: dict[str, Any], *, is_credit: bool, is_draft: bool) -> Row:
    """The lines with their amounts, and the totals: tax is rounded on every line, then summed."""
    kind = sent.get("LineAmountTypes", "Exclusive")
    if kind not in ("Exclusive", "Inclusive", "NoTax"):
        raise ElementRefused("LineAmountTypes is not valid")
    lines = [_line(organisation, row, kind, is_credit, is_draft) for row in sent.get("LineItems", [])]
    if not lines:
        raise ElementRefused("One or more line items must be specified")
    tax = sum((row["TaxAmount"] for row in lines), Decimal(0))
    amounts = sum((row["LineAmount"] for row in lines), Decimal(0))
    total = amounts if kind != "Exclusive" else amounts + tax
    if "Total" in sent and money(sent["Total"]) != total:
        raise ElementRefused("The document total does not equal the sum of the lines.")
    if total < 0:
        raise ElementRefused("The document total cannot be negative.")
    return {
        "LineAmountTypes": kind,
        "LineItems": lines,
        "SubTotal": total - tax,
        "TotalTax": tax,
        "Total": total,
    }


def _line(organisation: Organisation, row: Row, kind: str, is_credit: bool, is_draft: bool) -> Row:
    text = str(row.get("Description", ""))
    if len(text) > 4000 or (not text and not is_draft):
        raise ElementRefused("Description must be between 1 and 4000 characters")
    if is_credit and (row.get("DiscountRate") or row.get("DiscountAmount")):
        raise ElementRefused("Discounts are not supported on credit notes")
    amount = money(Decimal(str(row.get("Quantity", 1))) * money(row.get("UnitAmount", 0)))
    if "LineAmount" in row and money(row["LineAmount"]) != amount:
        raise ElementRefused(f"The line total {row['LineAmount']} does not match the expected line total {amount}")
    rate = _rate(organisation, row, kind, is_draft)
    tax = money(amount - amount / (1 + rate / 100)) if kind == "Inclusive" else money(amount * rate / 100)
    kept = ("Description", "Quantity", "UnitAmount", "AccountCode", "TaxType")
    return {
        "LineItemID": new_id(),
        **{name: row[name] for name in kept if name in row},
        "Tracking": _tracked(organisation, row.get("Tracking", [])),
        "LineAmount": amount,
        "TaxAmount": Decimal(0) if kind == "NoTax" else tax,
    }


def _rate(organisation: Organisation, row: Row, kind: str, is_draft: bool) -> Decimal:
    code, tax = row.get("AccountCode"), row.get("TaxType")
    account = organisation.account(str(code)) if code else None
    if account is None and (code or not is_draft):
        raise ElementRefused(f"Account code '{code or ''}' is not a valid code for this document.")
    if account is not None and account.get("SystemAccount") == "DEBTORS":
        raise ElementRefused(f"Account code '{code}' is not a valid code for this document.")
    if kind == "NoTax" or tax is None:
        return Decimal(0)
    known = organisation.taxes.get(str(tax))
    if known is None:
        raise ElementRefused(f"The TaxType code '{tax}' does not exist or cannot be used for this type of transaction.")
    if account is not None and account["Class"] == "EXPENSE" and str(tax).endswith("OUTPUT"):
        raise ElementRefused(f"The TaxType code '{tax}' cannot be used with account code '{code}'.")
    return Decimal(str(known[1]))


def _tracked(organisation: Organisation, sent: list[Row]) -> list[Row]:
    if len(sent) > MOST_TRACKING:
        raise ElementRefused("A maximum of 2 tracking categories can be specified")
    for one in sent:
        category = next((each for each in organisation.tracking if each["Name"] == one.get("Name")), None)
        options = [each["Name"] for each in category["Options"]] if category else []
        if one.get("Option") not in options:
            raise ElementRefused(f"Tracking option {one.get('Option')} is not a valid option")
    return sent


def dated(row: dict[str, Any], name: str) -> Row:
    """A day that was sent in Xero's two spellings."""
    day = day_of(row.get(name))
    return {name: day, f"{name}String": f"{day}T00:00:00"} if day else {}
