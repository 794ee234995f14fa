"""Money taken when booking: what was taken and given back, what is still to be entered in Cliniko, and refunds.

These pages show references and amounts; a bookkeeper, who sees no patient, may read them.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import cast

from flask import Response, abort, flash, redirect, request, url_for
from wtforms import HiddenField, StringField
from wtforms.validators import Length, Regexp

from booking_app.clinics.staff import Role
from booking_app.core.amounts import AmountInvalid, money, read_share
from booking_app.deposits.book import DepositLine, DepositLook
from booking_app.deposits.errors import RefundRefused
from booking_app.deposits.vendors.registered import SPECS
from booking_app.pages.console.access import allow, author, current_clinic, may
from booking_app.pages.console.blueprint import blueprint
from booking_app.pages.console.forms import ConsoleForm
from booking_app.pages.console.page import show
from booking_app.pages.console.task_words import part_of
from booking_app.pages.shared import use_cases, words
from booking_app.pages.shared.typed_values import page_asked

STATES = {
    "authorised": ("wait", "Promised"),
    "captured": ("good", "Taken"),
    "releasing": ("wait", "On its way back"),
    "released": ("wait", "Never taken"),
    "not_taken": ("bad", "Not taken"),
    "open": ("wait", "Being paid"),
    "opening": ("wait", "Being paid"),
    "ended": ("wait", "Not paid"),
}
HISTORY = {
    "opening": "Payment page asked for",
    "open": "Payment page opened",
    "authorised": "Authorised; not taken yet",
    "captured": "Taken",
    "releasing": "Released before it was taken",
    "released": "Back with the patient; nothing was taken",
    "not_taken": "Could not be taken: the payment had expired",
    "ended": "Not paid",
    "refund_asked": "Refund asked for",
    "refund_sent": "Refund sent",
    "refunded": "Refund arrived",
    "refund_failed": "Refund refused by the bank",
    "kept": "Kept by the rule for late cancellations",
    "disputed": "Disputed by the payer",
    "entered": "Entered in Cliniko",
}
REASONS = {
    "cancelled": "cancelled by the patient",
    "clinic_cancelled": "cancelled by the clinic",
    "staff": "by staff",
    "not_booked": "not booked",
}


@dataclass(frozen=True)
class ShownDeposit:
    """A line of the list."""

    reference: str
    amount: str
    refunded: str
    tone: str
    state: str
    when: str
    vendor: str
    is_test: bool
    is_disputed: bool
    patient_url: str | None


class RefundForm(ConsoleForm):
    """How much is given back."""

    amount = StringField(
        "Amount", [Length(max=12)], render_kw={"inputmode": "decimal", "autocomplete": "off", "maxlength": 12}
    )
    left = HiddenField("What was left", [Length(max=12), Regexp(r"\d{1,5}[.]\d\d\Z", message="Load the page again")])


@blueprint.get("/<slug>/deposits", endpoint="deposits")
@allow(Role.RECEPTIONIST, Role.BOOKKEEPER)
def deposits(slug: str) -> Response:
    """The newest first, and above them what is to be entered in Cliniko."""
    clinic, page = current_clinic(), page_asked()
    state = request.args.get("state", "") if request.args.get("state", "") in STATES else ""
    lines, has_more = use_cases().deposit_book.find(clinic, state=state, page=page)
    to_enter = use_cases().deposit_book.to_enter(clinic) if page == 1 and not state else ()
    return show(
        "console/deposits.html", title="Deposits", lines=[_shown(line) for line in lines], page=page, state=state,
        has_more=has_more, to_enter=[_shown(line) for line in to_enter],
        states={name: label for name, (_, label) in STATES.items()}, may_mark=may(Role.RECEPTIONIST),
    )  # fmt: skip


@blueprint.get("/<slug>/deposits/<reference>", endpoint="deposits_one")
@allow(Role.RECEPTIONIST, Role.BOOKKEEPER)
def one(slug: str, reference: str) -> Response:
    """One deposit with everything that became of it."""
    look = _found(reference)
    return _show(look, RefundForm(formdata=None, data={"amount": f"{look.left:.2f}", "left": f"{look.left:.2f}"}))


@blueprint.post("/<slug>/deposits/<reference>/refund", endpoint="deposits_refund")
@allow(Role.MANAGER)
def refund(slug: str, reference: str) -> Response:
    """Give back all or part."""
    form = RefundForm()
    if not form.validate():
        return _show(_found(reference), form, status=422)
    try:
        amount = _amount(str(form.amount.data))
        left = Decimal(str(form.left.data))
        use_cases().deposit_book.refund(author(), current_clinic(), reference, amount, left=left)
    except (AmountInvalid, RefundRefused) as refused:
        said = str(refused)
        form.amount.errors = [said if said[:1].isupper() else f"The amount {said}"]
        return _show(_found(reference), form, status=422)
    except LookupError:
        abort(404)
    flash("The refund is on its way. We’ll email the patient once it has been sent.", "quiet")
    return _back(reference)


@blueprint.post("/<slug>/deposits/<reference>/entered", endpoint="deposits_entered")
@allow(Role.RECEPTIONIST)
def entered(slug: str, reference: str) -> Response:
    """It stands in Cliniko now."""
    try:
        use_cases().deposit_book.mark_entered(author(), current_clinic(), reference)
    except LookupError:
        abort(404)
    flash(f"{reference} is marked as entered.", "quiet")
    return cast(Response, redirect(url_for("console.deposits", slug=slug), code=303))


def _amount(text: str) -> Decimal:
    """Raises AmountInvalid."""
    share = read_share(text.strip().lstrip("$"))
    if share.is_percent:
        raise AmountInvalid('must be an amount like "50.00"')
    return share.number


def _found(reference: str) -> DepositLook:
    try:
        return use_cases().deposit_book.look(current_clinic(), reference)
    except LookupError:
        abort(404)


def _shown(line: DepositLine) -> ShownDeposit:
    deposit, clinic = line.deposit, current_clinic()
    tone, state = STATES.get(deposit.state, ("wait", deposit.state))
    patient = line.booking.cliniko_patient_id if line.booking and may(Role.RECEPTIONIST) else None
    return ShownDeposit(
        reference=deposit.reference,
        amount=money(deposit.amount, deposit.currency),
        refunded=money(deposit.refunded, deposit.currency) if deposit.refunded else "",
        tone=tone,
        state=state,
        when=_when(deposit.captured_at or deposit.opened_at),
        vendor=SPECS[deposit.vendor].title if deposit.vendor in SPECS else deposit.vendor,
        is_test=deposit.is_test,
        is_disputed=deposit.is_disputed,
        patient_url=use_cases().practice_links.patient(clinic.id, patient) if patient else None,
    )


def _show(look: DepositLook, form: RefundForm, *, status: int = 200) -> Response:
    clinic, deposit = current_clinic(), look.line.deposit
    policy = deposit.rules()
    form.left.data = f"{look.left:.2f}"
    return show(
        "console/deposit.html",
        title=f"Deposit {deposit.reference}",
        status=status,
        form=form,
        line=_shown(look.line),
        left=money(look.left, deposit.currency) if look.left > 0 else "",
        can_refund=look.left > 0 and may(Role.MANAGER),
        history=[
            (
                _when(entry.at),
                HISTORY.get(entry.what, entry.what),
                money(entry.amount, deposit.currency) if entry.amount is not None else "",
                REASONS.get(entry.code or "", ""),
            )
            for entry in look.history
        ],
        policy=policy,
        parts=[part_of(task, {}, clinic.time_zone, use_cases().task_kinds) for task in look.tasks],
        booking_url=_booking_url(look),
        payment_id=deposit.payment_id,
    )


def _booking_url(look: DepositLook) -> str | None:
    if look.line.booking is None or not may(Role.RECEPTIONIST):
        return None
    return url_for("console.bookings_one", slug=current_clinic().slug, reference=look.line.booking.reference)


def _when(at: datetime) -> str:
    return words.full_time(at, current_clinic().time_zone)


def _back(reference: str) -> Response:
    where = url_for("console.deposits_one", slug=current_clinic().slug, reference=reference)
    return cast(Response, redirect(where, code=303))
