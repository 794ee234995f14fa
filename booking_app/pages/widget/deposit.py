"""The deposit on the last step: how much, what is given back, and the way to the payment page."""

from dataclasses import dataclass

from flask import Response, redirect, request, url_for

from booking_app.bookings.deadlines import moment
from booking_app.bookings.errors import DetailsMissing, SlotGone
from booking_app.core.amounts import money
from booking_app.deposits.errors import NothingToPay, PaymentUnavailable, TooManyDeclines
from booking_app.deposits.paying import Offer
from booking_app.deposits.terms import kept_part
from booking_app.pages.shared import use_cases
from booking_app.pages.widget.visits import Visit

NOT_OPENED = (
    "The payment page could not be opened. Nothing was charged. Please try again in a minute, or call the clinic."
)
DECLINED_OFTEN = "Several payments were declined. Nothing was charged. Please try again in an hour, or call the clinic."
NOT_ASKED = "This payment is no longer needed. Please check your booking again."
NEEDED = "The clinic asks for a deposit before it takes this booking. Please pay it below."
UNPAID = "Nothing was charged. You can try again below; everything you typed is kept."


@dataclass(frozen=True)
class PayButton:
    """A button of its own form: the vendor that is asked for, and what the button says."""

    vendor: str
    text: str


@dataclass(frozen=True)
class DepositView:
    """Everything the last step says of the deposit. Without buttons it cannot be paid right now."""

    amount: str
    is_required: bool
    rules: tuple[str, ...]
    wording: str
    buttons: tuple[PayButton, ...]
    is_test: bool
    action: str


def deposit_view(visit: Visit) -> DepositView | None:
    """None, without asking the database, where the clinic asks for none."""
    assert visit.draft is not None
    service = visit.catalogue.service(visit.draft.choice.service_id)
    offer = use_cases().paying.offer(visit.clinic, service, visit.token or "")
    if offer is None:
        return None
    amount = money(offer.terms.amount, offer.terms.currency)
    return DepositView(
        amount=amount,
        is_required=offer.terms.is_required,
        rules=_rules(visit, offer),
        wording=offer.terms.policy.wording,
        buttons=tuple(PayButton(each.spec.name, f"Pay {amount} {each.spec.button}") for each in offer.methods),
        is_test=offer.is_test,
        action=visit.url("pay"),
    )


def led_to_payment(visit: Visit, vendor: str, *, as_well: bool) -> Response | str:
    """The way to the payment page, or a sentence that says why there is none. Raises AlreadyBooked."""
    assert visit.draft is not None
    service = visit.catalogue.service(visit.draft.choice.service_id)
    try:
        if not as_well:
            use_cases().placing.refuse_double(visit.clinic, visit.token or "")
        if service is None:
            raise NothingToPay
        pay_token = use_cases().paying.begin(visit.clinic, service, visit.token or "", vendor)
    except SlotGone:
        return visit.go("times", lost=1)
    except DetailsMissing:
        return visit.go("details")
    except NothingToPay:
        return NOT_ASKED
    except TooManyDeclines:
        return DECLINED_OFTEN
    except PaymentUnavailable:
        return NOT_OPENED
    return redirect(url_for("pay.out", token=pay_token), code=303)  # type: ignore[return-value]


def said_after_paying() -> str | None:
    """What a patient hears who is back from the payment page without having paid."""
    return UNPAID if "unpaid" in request.args else None


def _rules(visit: Visit, offer: Offer) -> tuple[str, ...]:
    assert visit.draft is not None
    policy = offer.terms.policy
    location = visit.catalogue.location(visit.draft.choice.location_id)
    until = policy.free_until(visit.draft.choice.starts_at)
    zone = location.time_zone if location else visit.clinic.time_zone
    later = _late(offer)
    if policy.late == "refund":
        said = ["You get all of it back whenever you cancel."]
    elif until > use_cases().clock.now():
        said = [
            f"You get all of it back if you cancel by {moment(until, zone)}.",
            f"If you cancel later or don’t come, {later}.",
        ]
    else:
        said = [f"If you cancel or don’t come, {later}."]
    if policy.refund_when_clinic_cancels and policy.late != "refund":
        said.append("If the clinic cancels, you get all of it back.")
    return tuple(said)


def _late(offer: Offer) -> str:
    terms = offer.terms
    kept = kept_part(terms.policy, terms.amount) if terms.policy.late == "keep_part" else terms.amount
    if kept >= terms.amount:
        return "the clinic keeps it"
    return f"the clinic keeps {money(kept, terms.currency)} of it and refunds the rest"
