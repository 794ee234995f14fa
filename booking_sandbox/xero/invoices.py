"""Invoices and credit notes: unique numbers that are never given back, and a status machine that refuses."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from werkzeug.wrappers import Response

from booking_sandbox.xero import contacts
from booking_sandbox.xero.context import XeroCall, day_of, matches
from booking_sandbox.xero.documents import answer_each, check_day, dated, priced
from booking_sandbox.xero.errors import ElementRefused, as_json, not_found
from booking_sandbox.xero.organisation import Row, new_id

DRAFTS = ("DRAFT", "SUBMITTED")
NEXT = {
    "DRAFT": ("DRAFT", "SUBMITTED", "AUTHORISED", "DELETED"),
    "SUBMITTED": ("SUBMITTED", "DRAFT", "AUTHORISED", "DELETED"),
    "AUTHORISED": ("AUTHORISED", "VOIDED"),
}


def listed(call: XeroCall) -> Response:
    """Invoices by numbers, or by a where clause; unpaged lists leave the lines out."""
    asked = call.request.args
    rows = [row for row in call.organisation.invoices.values() if matches(asked.get("where", ""), row)]
    if "InvoiceNumbers" in asked:
        wanted = set(asked["InvoiceNumbers"].split(","))
        rows = [row for row in rows if row["InvoiceNumber"] in wanted]
    return as_json(call.page(_shown(call, rows), "Invoices"))


def credits_listed(call: XeroCall) -> Response:
    """Credit notes by a where clause."""
    where = call.request.args.get("where", "")
    rows = [row for row in call.organisation.credit_notes.values() if matches(where, row)]
    return as_json(call.page(_shown(call, rows), "CreditNotes"))


def _shown(call: XeroCall, rows: list[Row]) -> list[Row]:
    if "page" in call.request.args:
        return rows
    return [{name: value for name, value in row.items() if name != "LineItems"} for row in rows]


def one(call: XeroCall) -> Response:
    """An invoice by id or number."""
    return as_json({"Invoices": [_found(call, "invoices", "InvoiceNumber")]})


def one_credit(call: XeroCall) -> Response:
    """A credit note by id or number."""
    return as_json({"CreditNotes": [_found(call, "credit_notes", "CreditNoteNumber")]})


def _found(call: XeroCall, store: str, number: str) -> Row:
    rows: dict[str, Row] = getattr(call.organisation, store)
    key = call.args["key"]
    found = rows.get(key) or next((row for row in rows.values() if row[number] == key), None)
    if found is None:
        raise not_found()
    return found


def create(call: XeroCall) -> Response:
    """PUT: new invoices alone."""
    return answer_each(call, "Invoices", lambda sent: _made(call, sent, is_credit=False))


def create_credits(call: XeroCall) -> Response:
    """PUT: new credit notes alone."""
    return answer_each(call, "CreditNotes", lambda sent: _made(call, sent, is_credit=True))


def upsert(call: XeroCall) -> Response:
    """POST: an invoice whose id or number is there is changed."""

    def take(sent: dict[str, Any]) -> Row:
        rows = call.organisation.invoices.values()
        found = next(
            (row for row in rows if sent.get("InvoiceID") == row["InvoiceID"]
             or (not sent.get("InvoiceID") and sent.get("InvoiceNumber") == row["InvoiceNumber"])), None,
        )  # fmt: skip
        return _changed(call, found, sent) if found else _made(call, sent, is_credit=False)

    return answer_each(call, "Invoices", take)


def change(call: XeroCall) -> Response:
    """POST to one invoice's address: another status, or other lines while it is a draft."""
    found = _found(call, "invoices", "InvoiceNumber")
    return answer_each(call, "Invoices", lambda sent: _changed(call, found, sent))


def change_credit(call: XeroCall) -> Response:
    """POST to one credit note's address."""
    found = _found(call, "credit_notes", "CreditNoteNumber")
    return answer_each(call, "CreditNotes", lambda sent: _changed(call, found, sent))


def _made(call: XeroCall, sent: dict[str, Any], *, is_credit: bool) -> Row:
    organisation = call.organisation
    number_name, id_name = ("CreditNoteNumber", "CreditNoteID") if is_credit else ("InvoiceNumber", "InvoiceID")
    if sent.get("Type") != ("ACCRECCREDIT" if is_credit else "ACCREC"):
        raise ElementRefused("Type is not valid")
    status = sent.get("Status", "DRAFT")
    if status not in (*DRAFTS, "AUTHORISED"):
        raise ElementRefused("Status is not valid for a new document")
    number = str(sent.get(number_name, "")) or f"X-{len(organisation.invoices) + 1}"
    taken = (row.get(number_name) for row in organisation.documents())
    if number in taken:
        raise ElementRefused("Invoice # must be unique." if not is_credit else "Credit Note # must be unique.")
    contact = contacts.update_nested(call, sent.get("Contact", {}))
    amounts = priced(organisation, sent, is_credit=is_credit, is_draft=status in DRAFTS)
    day = day_of(sent.get("Date"))
    if status == "AUTHORISED":
        check_day(organisation, day)
        if not is_credit and not day_of(sent.get("DueDate")):
            raise ElementRefused("DueDate cannot be empty")
        _approve(call)
    row = {
        id_name: new_id(),
        "Type": sent["Type"],
        number_name: number,
        "Reference": sent.get("Reference", ""),
        "Contact": {"ContactID": contact["ContactID"], "Name": contact["Name"]},
        "CurrencyCode": sent.get("CurrencyCode", organisation.currency),
        **dated(sent, "Date"),
        **dated(sent, "DueDate"),
        **amounts,
        "Status": status,
        "Payments": [],
        "UpdatedDateUTC": call.now(),
    }
    due = {"RemainingCredit": row["Total"]} if is_credit else {"AmountDue": row["Total"], "AmountPaid": Decimal(0)}
    row.update(due)
    _settle(row)
    (organisation.credit_notes if is_credit else organisation.invoices)[row[id_name]] = row
    return row


def _settle(row: Row) -> None:
    if row["Status"] == "AUTHORISED" and row["Total"] == 0:
        row["Status"] = "PAID"


def _approve(call: XeroCall) -> None:
    left = call.organisation.approvals_left
    if left is not None:
        if left < 1:
            raise ElementRefused("You have reached the limit of invoices you can approve")
        call.organisation.approvals_left = left - 1


def _changed(call: XeroCall, row: Row, sent: dict[str, Any]) -> Row:
    status = sent.get("Status", row["Status"])
    if row.get("AmountPaid") or row.get("Payments"):
        raise ElementRefused("This document cannot be edited as it has a payment or credit note allocated to it.")
    if status not in NEXT.get(row["Status"], ()):
        raise ElementRefused("Invoice not of valid status for modification")
    if status in ("VOIDED", "AUTHORISED"):
        check_day(call.organisation, row["DateString"][:10])
    if status == "AUTHORISED" and row["Status"] in DRAFTS:
        _approve(call)
    if "LineItems" in sent:
        row.update(priced(call.organisation, {**row, **sent}, is_credit="CreditNoteID" in row, is_draft=False))
        row["AmountDue" if "InvoiceID" in row else "RemainingCredit"] = row["Total"]
    row["Status"], row["UpdatedDateUTC"] = status, call.now()
    if status in ("VOIDED", "DELETED") and "AmountDue" in row:
        row["AmountDue"] = Decimal(0)
    _settle(row)
    return row


def add_history(call: XeroCall) -> Response:
    """A note on an invoice, of 2500 characters at most."""
    _found(call, "invoices", "InvoiceNumber")
    rows = call.elements("HistoryRecords")
    if any(not row.get("Details") or len(row["Details"]) > 2500 for row in rows):
        raise not_found()
    call.organisation.history += [{"InvoiceID": call.args["key"], **row} for row in rows]
    return as_json({"HistoryRecords": rows})


ROUTES = [
    ("GET", "/Invoices", listed),
    ("PUT", "/Invoices", create),
    ("POST", "/Invoices", upsert),
    ("GET", "/Invoices/<key>", one),
    ("POST", "/Invoices/<key>", change),
    ("PUT", "/Invoices/<key>/History", add_history),
    ("GET", "/CreditNotes", credits_listed),
    ("PUT", "/CreditNotes", create_credits),
    ("GET", "/CreditNotes/<key>", one_credit),
    ("POST", "/CreditNotes/<key>", change_credit),
]
