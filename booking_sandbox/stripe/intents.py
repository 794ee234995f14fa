"""Payments: read, captured, given back."""

from __future__ import annotations

from werkzeug.wrappers import Response

from booking_sandbox.stripe import errors, payments
from booking_sandbox.stripe.account import Object, StripeAccount
from booking_sandbox.stripe.context import StripeCall, whole
from booking_sandbox.stripe.errors import as_json

REASONS = ("duplicate", "fraudulent", "requested_by_customer", "abandoned")


def charge_json(charge: Object) -> Object:
    """A charge as the API gives it out."""
    before = charge["capture_before"]
    details = {"type": "card", "card": {"brand": "visa", "last4": "4242", "capture_before": before}}
    shown = {name: value for name, value in charge.items() if name != "capture_before"}
    return {**shown, "payment_method_details": details}


def intent_json(account: StripeAccount, intent: Object, *, with_charge: bool = False) -> Object:
    """A payment as the API gives it out."""
    if with_charge and intent["latest_charge"]:
        return {**intent, "latest_charge": charge_json(account.charges[intent["latest_charge"]])}
    return dict(intent)


def _intent(call: StripeCall) -> Object:
    found = call.account.intents.get(call.args["id"])
    if found is None:
        raise errors.no_such("payment_intent", call.args["id"])
    return found


def read(call: StripeCall) -> Response:
    """One payment; ``expand[]=latest_charge`` brings the charge along."""
    with_charge = call.query("expand[]").get("expand[]") == "latest_charge"
    return as_json(intent_json(call.account, _intent(call), with_charge=with_charge))


def capture(call: StripeCall) -> Response:
    """Take promised money."""
    call.need("payment_intents")
    form = call.form("amount_to_capture")
    intent = _intent(call)
    if intent["status"] != "requires_capture":
        raise errors.unexpected_state(f"This PaymentIntent could not be captured because it is {intent['status']}.")
    amount = whole(form, "amount_to_capture") if "amount_to_capture" in form else intent["amount"]
    if not 0 < amount <= intent["amount_capturable"]:
        raise errors.invalid("The amount to capture is too large.", code="amount_too_large")
    payments.captured(call.account, intent, amount, call.now())
    return as_json(intent_json(call.account, intent))


def cancel(call: StripeCall) -> Response:
    """Give promised money back. Of a checkout that nobody has paid, the checkout is to be closed instead."""
    call.need("payment_intents")
    form = call.form("cancellation_reason")
    reason = form.get("cancellation_reason", "requested_by_customer")
    if reason not in REASONS:
        raise errors.invalid_parameter("cancellation_reason", "is unknown")
    intent = _intent(call)
    if intent["status"] != "requires_capture":
        raise errors.unexpected_state(f"You cannot cancel this PaymentIntent because it is {intent['status']}.")
    payments.canceled(call.account, intent, reason, call.now())
    return as_json(intent_json(call.account, intent))


ROUTES = [
    ("GET", "/v1/payment_intents/<id>", read),
    ("POST", "/v1/payment_intents/<id>/capture", capture),
    ("POST", "/v1/payment_intents/<id>/cancel", cancel),
]
