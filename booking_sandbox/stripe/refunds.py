"""Refunds: of captured money only, never more than was taken. Some end days later, and some fail then."""

from __future__ import annotations

from werkzeug.wrappers import Response

from booking_sandbox.stripe import errors, payments
from booking_sandbox.stripe.account import Object
from booking_sandbox.stripe.context import StripeCall, members, required, whole
from booking_sandbox.stripe.errors import as_json, no_such


def create(call: StripeCall) -> Response:
    """Give back all or part."""
    call.need("refunds")
    form = call.form("payment_intent", "amount", "reason", "metadata[*]")
    intent = call.account.intents.get(required(form, "payment_intent"))
    if intent is None:
        raise no_such("payment_intent", form["payment_intent"])
    if intent["status"] != "succeeded":
        raise errors.unexpected_state("This PaymentIntent does not have a successful charge to refund.")
    left = intent["amount_received"] - sum(
        one["amount"] for one in _of(call, intent["id"]) if one["status"] != "failed"
    )
    amount = whole(form, "amount") if "amount" in form else left
    if left <= 0:
        raise errors.invalid("Charge has already been refunded.", code="charge_already_refunded")
    if not 0 < amount <= left:
        raise errors.invalid("Refund amount is greater than unrefunded amount.", code="amount_too_large")
    refund: Object = {
        "id": call.account.new_id("re"), "object": "refund", "amount": amount, "payment_intent": intent["id"],
        "status": "pending", "reason": form.get("reason"), "metadata": members(form, "metadata"),
        "currency": intent["currency"], "created": call.now(), "charge": intent["latest_charge"],
    }  # fmt: skip
    call.account.refunds[refund["id"]] = refund
    if call.world.knobs.stripe_refunds == "succeeded":
        payments.refunded(call.account, refund, call.now())
    return as_json(refund)


def _of(call: StripeCall, intent_id: str) -> list[Object]:
    return [one for one in call.account.refunds.values() if one["payment_intent"] == intent_id]


def listed(call: StripeCall) -> Response:
    """The refunds of a payment, newest first."""
    query = call.query("payment_intent", "limit")
    found = _of(call, required(query, "payment_intent"))
    return as_json({"object": "list", "data": list(reversed(found)), "has_more": False, "url": "/v1/refunds"})


def read(call: StripeCall) -> Response:
    call.query()
    found = call.account.refunds.get(call.args["id"])
    if found is None:
        raise no_such("refund", call.args["id"])
    return as_json(found)


ROUTES = [("POST", "/v1/refunds", create), ("GET", "/v1/refunds", listed), ("GET", "/v1/refunds/<id>", read)]
