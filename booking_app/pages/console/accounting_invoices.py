"""Invoices with their state and reason, and one as it will be posted."""

from dataclasses import dataclass
from typing import cast

from flask import Response, abort, flash, redirect, request, url_for

from booking_app.accounting.documents import in_cents
from booking_app.accounting.overview import Detail, Shown
from booking_app.accounting.wording import Meaning, meaning_of
from booking_app.clinics.staff import Role
from booking_app.core import dates
from booking_app.pages.console.access import allow, author, current_clinic
from booking_app.pages.console.blueprint import blueprint
from booking_app.pages.console.money import Amount, amount
from booking_app.pages.console.page import show
from booking_app.pages.shared import use_cases, words

STATES = {
    "": "All",
    "needs": "Needs attention",
    "edited": "Edited after posting",
    "seen": "Waiting",
    "posting": "Being posted",
    "posted": "Posted",
    "voided": "Taken back",
    "skipped": "Left out",
}
WORDS = {"held": "Needs attention", "refused": "Needs attention", **STATES}
LOOKS = {"posted": "state-good", "held": "state-bad", "refused": "state-bad"}
ONE = "/<slug>/accounting/invoices/<int:document_id>"
MOST_PAGES = 100_000


@dataclass(frozen=True)
class ShownInvoice:
    """A line of the list."""

    id: int
    number: int
    there: str
    day: str
    amount: Amount
    state: str
    look: str
    meaning: Meaning | None


@blueprint.get("/<slug>/accounting/invoices", endpoint="accounting_invoices")
@allow(Role.BOOKKEEPER)
def invoices(slug: str) -> Response:
    """A page of them; `number` leads straight to one."""
    state = request.args.get("state", "")
    page = min(max(request.args.get("page", 1, type=int), 1), MOST_PAGES)
    number = request.args.get("number", "")[:12].strip()
    rows, has_more = use_cases().accounting.overview.listed(
        current_clinic(), state=state if state in STATES else "", page=page,
        number=int(number) if number.isascii() and number.isdigit() else None,
    )  # fmt: skip
    return show(
        "console/accounting_invoices.html",
        title="Invoices",
        rows=[_line(row) for row in rows],
        states=STATES,
        state=state,
        number=number,
        page=page,
        has_more=has_more,
    )


@blueprint.get(ONE, endpoint="accounting_invoice")
@allow(Role.BOOKKEEPER)
def one(slug: str, document_id: int) -> Response:
    """One invoice as it is, and as it would be posted now."""
    found = _found(document_id)
    sale = found.sale
    return show(
        "console/accounting_invoice.html",
        title=f"Invoice {found.shown.number}",
        invoice=_line(found.shown),
        in_cliniko=found.shown.status,
        sale=sale,
        lines=[(line, amount(in_cents(line.amount))) for line in sale.lines] if sale else [],
        total=amount(in_cents(sale.total), sale.currency) if sale else "",
        day=dates.plain_day(sale.day) if sale else "",
        due=dates.plain_day(sale.due_day) if sale else "",
        posted=amount(found.posted_cents),
        posted_at=words.full_time(found.posted_at, current_clinic().time_zone) if found.posted_at else "",
        there=found.vendor_status,
        waits_until=words.full_time(found.waits_until, current_clinic().time_zone),
        raw=found.shown,
    )


@blueprint.post(f"{ONE}/<act>", endpoint="accounting_invoice_act")
@allow(Role.BOOKKEEPER)
def decide(slug: str, document_id: int, act: str) -> Response:
    """Try again, take it back, or post it anew."""
    decisions = use_cases().accounting.decisions
    acts = {
        "retry": (decisions.retry, "We’re trying it again."),
        "take_back": (decisions.take_back, "It is being taken back."),
        "post_again": (decisions.post_again, "It is being taken back and posted again under the next number."),
    }
    if act not in acts:
        abort(404)
    do, said = acts[act]
    if do(author(), current_clinic(), document_id):
        flash(said, "quiet")
    else:
        _found(document_id)
        flash("There is nothing to do for this invoice right now.", "quiet")
    return cast(Response, redirect(url_for("console.accounting_invoice", slug=slug, document_id=document_id), code=303))


def _found(document_id: int) -> Detail:
    found = use_cases().accounting.overview.one(current_clinic(), document_id)
    if found is None:
        abort(404)
    return found


def _line(row: Shown) -> ShownInvoice:
    is_open = row.code in ("edited", "archived_after")
    return ShownInvoice(
        id=row.id,
        number=row.number,
        there=row.vendor_number or "",
        day=dates.plain_day(row.day),
        amount=amount(row.cents),
        state="Needs attention" if is_open else WORDS.get(row.state, row.state),
        look="state-bad" if is_open else LOOKS.get(row.state, "state-wait"),
        meaning=meaning_of(row.code) if row.code else None,
    )
