"""One Xero organisation behind the contract of `vendors/contract.py`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Self

from booking_app.accounting.vendors.records import (
    AccountChoice,
    Chart,
    Company,
    NewContact,
    Outcome,
    RefusalCode,
    RemoteContact,
    RemoteSale,
    RemoteStatus,
    Sale,
    SaleLine,
    TaxChoice,
    TrackingChoice,
)
from booking_app.accounting.vendors.xero.api import API, XeroApi, number_json, text_of
from booking_app.accounting.vendors.xero.dates import day_in
from booking_app.accounting.vendors.xero.errors import refusal_of
from booking_app.core.outbound_http.errors import VendorMissing
from booking_app.core.outbound_http.json_api import JsonObject, records_in

SEPARATELY = {"summarizeErrors": "false"}  # each document for itself; said always, because sources differ
PAGE_SIZE = 500
MOST_PAGES = 400
STATUSES: Mapping[str, RemoteStatus] = {
    "DRAFT": "draft",
    "SUBMITTED": "draft",
    "AUTHORISED": "open",
    "PAID": "paid",
    "VOIDED": "voided",
    "DELETED": "voided",
}
CREDIT, INVOICE = ("CreditNotes", "CreditNoteNumber", "CreditNoteID"), ("Invoices", "InvoiceNumber", "InvoiceID")


@dataclass(frozen=True, kw_only=True)
class XeroBooks:
    """The books of one organisation; see `contract.Books`."""

    api: XeroApi

    def within(self, *, deadline: float | None, before_write: Callable[[], None] | None) -> Self:
        return replace(self, api=self.api.within(deadline=deadline, before_write=before_write))

    def company(self) -> Company:
        (found,) = records_in(self.api.read(f"{API}/Organisation"), "Organisations")[:1] or ({},)
        actions = records_in(self.api.read(f"{API}/Organisation/Actions"), "Actions")
        refused = {text_of(one, "Name") for one in actions if text_of(one, "Status") == "NOT-ALLOWED"}
        locks = [day for name in ("PeriodLockDate", "EndOfYearLockDate") if (day := day_in(found, name))]
        return Company(
            name=text_of(found, "Name"),
            currency=text_of(found, "BaseCurrency"),
            country=text_of(found, "CountryCode"),
            locked_until=max(locks, default=None),
            may_approve="CreateApprovedInvoice" not in refused,
        )

    def chart(self) -> Chart:
        accounts = records_in(self.api.read(f"{API}/Accounts", query={"where": 'Status=="ACTIVE"'}), "Accounts")
        taxes = records_in(self.api.read(f"{API}/TaxRates"), "TaxRates")
        tracking = records_in(self.api.read(f"{API}/TrackingCategories"), "TrackingCategories")
        return Chart(
            tuple(_account(one) for one in accounts if text_of(one, "Code")),
            tuple(_tax(one) for one in taxes if text_of(one, "Status") == "ACTIVE" and one.get("CanApplyToRevenue")),
            tuple(_tracking(one) for one in tracking if text_of(one, "Status") == "ACTIVE"),
        )

    def find_contacts(self, numbers: Sequence[str]) -> Mapping[str, RemoteContact]:
        if not numbers:
            return {}
        query = {"where": _any_of("ContactNumber", numbers), "includeArchived": "true"}
        rows = records_in(self.api.read(f"{API}/Contacts", query=query), "Contacts")
        return {text_of(row, "ContactNumber"): _contact(row) for row in rows if text_of(row, "ContactID")}

    def create_contacts(self, contacts: Sequence[NewContact], *, key: str) -> Mapping[str, Outcome]:
        sent = [
            {"Name": one.name, "ContactNumber": one.number, **({"EmailAddress": one.email} if one.email else {})}
            for one in contacts
        ]
        answer = self.api.keyed(key).write("PUT", f"{API}/Contacts", body={"Contacts": sent}, query=SEPARATELY)
        rows = records_in(answer, "Contacts")
        wanted = {one.number for one in contacts}
        found = {text_of(row, "ContactNumber"): _outcome(row, "ContactID") for row in rows}
        return {number: outcome for number, outcome in found.items() if number in wanted}

    def pseudonymise(self, contact_id: str, name: str) -> RefusalCode | None:
        members = {"Name": name, "FirstName": "", "LastName": "", "EmailAddress": ""}
        body = {"Contacts": [{"ContactID": contact_id, **members}]}
        answer = self.api.write("POST", f"{API}/Contacts/{{id}}", id=contact_id, body=body, query=SEPARATELY)
        (row,) = records_in(answer, "Contacts")[:1] or ({},)
        return _outcome(row, "ContactID").refusal

    def find_sales(self, numbers: Sequence[str], *, is_credit: bool) -> Mapping[str, RemoteSale]:
        if not numbers:
            return {}
        noun, number_name, _ = CREDIT if is_credit else INVOICE
        query = {"where": _any_of(number_name, numbers)} if is_credit else {"InvoiceNumbers": ",".join(numbers)}
        rows = records_in(self.api.read(f"{API}/{noun}", query=query), noun)
        return {text_of(row, number_name): _sale(row, is_credit=is_credit) for row in rows}

    def create_sales(self, sales: Sequence[Sale], *, key: str) -> Mapping[str, Outcome]:
        is_credit = any(one.is_credit for one in sales)
        noun, number_name, id_name = CREDIT if is_credit else INVOICE
        body = {noun: [_document(one) for one in sales]}
        answer = self.api.keyed(key).write("PUT", f"{API}/{noun}", body=body, query=SEPARATELY)
        wanted = {one.number for one in sales}
        outcomes = dict[str, Outcome]()
        for row in records_in(answer, noun):
            number = text_of(row, number_name)
            if number in wanted:
                outcomes[number] = _outcome(row, id_name, is_credit=is_credit)
        return outcomes

    def void(self, sale: RemoteSale) -> RefusalCode | None:
        return self._set_status(sale, "DELETED" if sale.status == "draft" else "VOIDED", done="voided")

    def approve(self, sale: RemoteSale) -> RefusalCode | None:
        return self._set_status(sale, "AUTHORISED", done="open")

    def sales_between(self, first: date, last: date, *, prefix: str) -> Sequence[RemoteSale]:
        where = f"Date>=DateTime({_day(first)}) AND Date<=DateTime({_day(last)})"
        invoices = self._pages(INVOICE, f'Type=="ACCREC" AND {where}', is_credit=False)
        credits = self._pages(CREDIT, f'Type=="ACCRECCREDIT" AND {where}', is_credit=True)
        return [one for one in (*invoices, *credits) if one.number.startswith(prefix)]

    def _pages(self, names: tuple[str, str, str], where: str, *, is_credit: bool) -> list[RemoteSale]:
        found = dict[str, RemoteSale]()
        for page in range(1, MOST_PAGES + 1):
            query = {"where": where, "page": str(page), "pageSize": str(PAGE_SIZE)}
            rows = records_in(self.api.read(f"{API}/{names[0]}", query=query), names[0])
            found.update({text_of(row, names[2]): _sale(row, is_credit=is_credit) for row in rows})
            if len(rows) < PAGE_SIZE:
                break
        return list(found.values())

    def _set_status(self, sale: RemoteSale, status: str, *, done: RemoteStatus) -> RefusalCode | None:
        if sale.status == done:
            return None
        noun, _, id_name = CREDIT if sale.is_credit else INVOICE
        body = {noun: [{id_name: sale.remote_id, "Status": status}]}
        try:
            answer = self.api.write("POST", f"{API}/{noun}/{{id}}", id=sale.remote_id, body=body, query=SEPARATELY)
        except VendorMissing:
            return None if done == "voided" else "refused"
        (row,) = records_in(answer, noun)[:1] or ({},)
        return _outcome(row, id_name).refusal


def _document(sale: Sale) -> JsonObject:
    shared: JsonObject = {
        "Contact": {"ContactID": sale.contact_id},  # any other member here would change the contact
        "Date": sale.day.isoformat(),
        "LineAmountTypes": "Inclusive",
        "Reference": sale.reference,
        "CurrencyCode": sale.currency,
        "Status": "DRAFT" if sale.is_draft else "AUTHORISED",
        "LineItems": [_line(one) for one in sale.lines],
    }
    if sale.is_credit:
        return {"Type": "ACCRECCREDIT", "CreditNoteNumber": sale.number, **shared}
    return {"Type": "ACCREC", "InvoiceNumber": sale.number, "DueDate": sale.due_day.isoformat(), **shared}


def _line(line: SaleLine) -> JsonObject:
    return {
        "Description": line.description,
        "Quantity": 1,
        "UnitAmount": number_json(line.amount),
        "AccountCode": line.account,
        "TaxType": line.tax,
        "Tracking": [{"Name": name, "Option": option} for name, option in line.tracking.items()],
    }


def _outcome(row: JsonObject, id_name: str, *, is_credit: bool = False) -> Outcome:
    """A 200 is never read as done: each document says for itself, and a refused one carries an id of nothing."""
    messages = [text_of(one, "Message") for one in records_in(row, "ValidationErrors")]
    if text_of(row, "StatusAttributeString") == "ERROR" or row.get("HasErrors") is True or messages:
        return Outcome(refusal=refusal_of(messages))
    is_sale = id_name != "ContactID" and "Total" in row
    return Outcome(remote_id=text_of(row, id_name), sale=_sale(row, is_credit=is_credit) if is_sale else None)


def _sale(row: JsonObject, *, is_credit: bool) -> RemoteSale:
    _, number_name, id_name = CREDIT if is_credit else INVOICE
    total, left = _amount(row, "Total"), _amount(row, "RemainingCredit" if is_credit else "AmountDue")
    status = STATUSES.get(text_of(row, "Status"), "open")
    return RemoteSale(
        remote_id=text_of(row, id_name),
        number=text_of(row, number_name),
        reference=text_of(row, "Reference"),
        is_credit=is_credit,
        status=status,
        day=day_in(row, "Date") or date.min,
        total=total,
        tax=_amount(row, "TotalTax"),
        paid=Decimal(0) if status == "voided" else total - left,
    )


def _contact(row: JsonObject) -> RemoteContact:
    merged = text_of(row, "MergedToContactID")
    is_active = bool(merged) or text_of(row, "ContactStatus") in ("ACTIVE", "")
    return RemoteContact(merged or text_of(row, "ContactID"), text_of(row, "ContactNumber"), is_active)


def _account(row: JsonObject) -> AccountChoice:
    return AccountChoice(
        code=text_of(row, "Code"),
        name=text_of(row, "Name"),
        is_income=text_of(row, "Class") == "REVENUE",
        takes_payments=text_of(row, "Type") == "BANK" or row.get("EnablePaymentsToAccount") is True,
    )


def _tax(row: JsonObject) -> TaxChoice:
    return TaxChoice(text_of(row, "TaxType"), text_of(row, "Name"), _amount(row, "EffectiveRate"))


def _tracking(row: JsonObject) -> TrackingChoice:
    options = [text_of(one, "Name") for one in records_in(row, "Options") if text_of(one, "Status") != "ARCHIVED"]
    return TrackingChoice(text_of(row, "Name"), tuple(options))


def _amount(row: JsonObject, name: str) -> Decimal:
    value = row.get(name)
    return Decimal(str(value)) if isinstance(value, int | Decimal) and not isinstance(value, bool) else Decimal(0)


def _any_of(name: str, values: Sequence[str]) -> str:
    return " OR ".join(f'{name}=="{value}"' for value in values)


def _day(day: date) -> str:
    return f"{day.year},{day.month},{day.day}"
