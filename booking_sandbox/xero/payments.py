"""Payments of invoices: to an account that takes them, of approved invoices, of no more than is due."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from booking_sandbox.xero.context import XeroCall, money
from booking_sandbox.xero.documents import answer_each, check_day, dated
from booking_sandbox.xero.errors import ElementRefused, as_json, not_found
from booking_sandbox.xero.organisation import Row, new_id


def create(call: XeroCall) -> Response:
    """PUT: a payment of one invoice each."""
    return answer_each(call, "Payments", lambda sent: _made(call, sent))


def listed(call: XeroCall) -> Response:
    """Every payment."""
    return as_json(call.page(list(call.organisation.payments.values()), "Payments"))


def delete(call: XeroCall) -> Response:
    """POST with the status DELETED; one that is matched to the bank stays."""
    row = call.organisation.payments.get(call.args["key"])
    if row is None:
        raise not_found()

    def take(sent: dict[str, Any]) -> Row:
        if sent.get("Status") != "DELETED" or row["IsReconciled"]:
            raise ElementRefused("The payment has been reconciled and cannot be deleted")
        _give_back(call, row)
        return row

    return answer_each(call, "Payments", take)


def _give_back(call: XeroCall, row: Row) -> None:
    if row["Status"] == "DELETED":
        return
    invoice = call.organisation.invoices[row["Invoice"]["InvoiceID"]]
    invoice["AmountDue"] += row["Amount"]
    invoice["AmountPaid"] -= row["Amount"]
    invoice["Status"] = "AUTHORISED"
    invoice["Payments"] = [each for each in invoice["Payments"] if each["PaymentID"] != row["PaymentID"]]
    row["Status"], row["UpdatedDateUTC"] = "DELETED", call.now()


def _made(call: XeroCall, sent: dict[str, Any]) -> Row:
    invoice = call.organisation.invoices.get(str(sent.get("Invoice", {}).get("InvoiceID", "")))
    if invoice is None:
        raise ElementRefused("Invoice could not be found")
    account = call.organisation.account(str(sent.get("Account", {}).get("Code", "")))
    if account is None or not (account["Type"] == "BANK" or account.get("EnablePaymentsToAccount")):
        raise ElementRefused("The account cannot be used for payments")
    if invoice["Status"] != "AUTHORISED":
        raise ElementRefused("Payments can only be made against Authorised documents")
    amount = money(sent.get("Amount", 0))
    if not 0 < amount <= invoice["AmountDue"]:
        raise ElementRefused("Payment amount exceeds the amount outstanding on this document")
    row = {
        "PaymentID": new_id(),
        "Invoice": {"InvoiceID": invoice["InvoiceID"], "InvoiceNumber": invoice["InvoiceNumber"]},
        "Account": {"Code": account["Code"]},
        **dated(sent, "Date"),
        "Amount": amount,
        "Reference": sent.get("Reference", ""),
        "Status": "AUTHORISED",
        "IsReconciled": False,
        "PaymentType": "ACCRECPAYMENT",
        "UpdatedDateUTC": call.now(),
    }
    check_day(call.organisation, row.get("DateString", "")[:10])
    call.organisation.payments[row["PaymentID"]] = row
    invoice["AmountDue"] -= amount
    invoice["AmountPaid"] += amount
    invoice["Payments"].append({"PaymentID": row["PaymentID"], "Amount": amount})
    if invoice["AmountDue"] == 0:
        invoice["Status"] = "PAID"
    return row


ROUTES = [("GET", "/Payments", listed), ("PUT", "/Payments", create), ("POST", "/Payments/<key>", delete)]
