"""From a kept document to what is posted, by the clinic's settings. What is not mapped is held, never guessed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from booking_app.accounting.documents import ROUNDING, Line, in_money, lines_of
from booking_app.accounting.models import AccountingDocument
from booking_app.accounting.settings import AccountingSettings
from booking_app.accounting.vendors.records import Sale, SaleLine

CATEGORIES = {"billable_item": "Consultation", "product": "Product", "free_text": "Other", ROUNDING: "Rounding"}
ONE_DAY = timedelta(days=1)
LONGEST_TEXT = 4000


@dataclass(frozen=True)
class Surroundings:
    """What stands around a document: whose books, closed until when, and how people and places are called there."""

    currency: str
    locked_until: date | None = None
    names: Mapping[str, str] = field(default_factory=dict)  # practitioner's or location's id -> option of a category


class Held(Exception):
    """It cannot be posted yet. `code` is one of `wording.py`, with what it is about after a colon."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code[:120]


def contact_number(document: AccountingDocument, settings: AccountingSettings) -> str:
    """Our number for whom the document is made out to."""
    if settings.privacy == "one_contact":
        return f"clk-l{document.location_id}"
    return f"clk-{document.patient_id}"


def vendor_number(document: AccountingDocument, settings: AccountingSettings) -> str:
    """The number there: the same whatever is lost here, and another one after it was taken back."""
    again = f"-{document.revision}" if document.revision > 1 else ""
    return f"{settings.number_prefix}{document.number}{again}"


def sale_of(
    document: AccountingDocument, settings: AccountingSettings, around: Surroundings, *, contact_id: str,
    is_draft: bool | None = None,
) -> Sale:  # fmt: skip
    """The document as it is posted: its gross to the cent, lines with tax in them. Raises Held."""
    if not document.patient_id or not document.location_id:
        raise Held("no_patient")
    lines = lines_of(document)
    if sum(line.cents for line in lines) != document.gross_cents or not lines:
        raise Held("lines_do_not_sum")
    day = _day(document, settings, around)
    moved = "" if day == document.issue_day else f" of {document.issue_day.isoformat()}"
    return Sale(
        number=vendor_number(document, settings),
        reference=f"Cliniko {document.cliniko_id}{moved}",
        is_credit=document.is_credit,
        contact_id=contact_id,
        day=day,
        due_day=day + timedelta(days=settings.terms_days),
        currency=around.currency,
        is_draft=settings.status == "draft" if is_draft is None else is_draft,
        lines=tuple(_line(document, line, settings, around) for line in lines),
    )


def _day(document: AccountingDocument, settings: AccountingSettings, around: Surroundings) -> date:
    if around.locked_until is None or document.issue_day > around.locked_until:
        return document.issue_day
    if settings.lock_date == "next_open_day":
        return around.locked_until + ONE_DAY
    raise Held("closed_period")


def _line(document: AccountingDocument, line: Line, settings: AccountingSettings, around: Surroundings) -> SaleLine:
    return SaleLine(
        description=_text(line, settings),
        amount=in_money(-line.cents if document.is_credit else line.cents),
        account=_account(document, line, settings),
        tax=_tax(line, settings),
        tracking=_tracking(document, settings, around),
    )


def _text(line: Line, settings: AccountingSettings) -> str:
    """What the owner has written for it, else its category: the name of a treatment never leaves by itself."""
    text = settings.descriptions.get(line.billed_id or "") or CATEGORIES[line.kind]
    return (text if line.quantity == "1" else f"{text} ({line.quantity} x)")[:LONGEST_TEXT]


def _account(document: AccountingDocument, line: Line, settings: AccountingSettings) -> str:
    if line.kind == ROUNDING:
        if not settings.rounding_account:
            raise Held("lines_do_not_sum")
        return settings.rounding_account
    keys = (
        (line.kind, line.billed_id), ("practitioner", document.practitioner_id), ("location", document.location_id),
    )  # fmt: skip
    mapped = (settings.accounts[kind, key] for kind, key in keys if key and (kind, key) in settings.accounts)
    account = next(mapped, settings.default_account)
    if not account:
        raise Held("no_account")
    return account


def _tax(line: Line, settings: AccountingSettings) -> str:
    name, rate = line.tax
    code = settings.taxes.get(line.tax)
    if code is None:
        raise Held(f"unmapped_tax:{name or 'No tax'} {rate:f}%")
    return code


def _tracking(document: AccountingDocument, settings: AccountingSettings, around: Surroundings) -> dict[str, str]:
    wanted = {
        settings.track_practitioner: document.practitioner_id,
        settings.track_location: document.location_id,
    }
    found = dict[str, str]()
    for category, key in wanted.items():
        if category and key:
            if key not in around.names:
                raise Held(f"no_name:{category}")
            found[category] = around.names[key]
    return found
