"""Checkout sessions: made with a link to the hosted page, read, closed."""

from __future__ import annotations

from werkzeug.wrappers import Response

from booking_sandbox.stripe import errors, payments
from booking_sandbox.stripe.account import Object
from booking_sandbox.stripe.context import StripeCall, members, required, whole
from booking_sandbox.stripe.errors import as_json
from booking_sandbox.stripe.intents import intent_json

LEAST_SECONDS, MOST_SECONDS = 30 * 60, 24 * 3600
LEAST_CENTS = 50
ITEM = "line_items[0]"
ALLOWED = (
    "mode", "ui_mode", f"{ITEM}[quantity]", f"{ITEM}[price_data][currency]", f"{ITEM}[price_data][unit_amount]",
    f"{ITEM}[price_data][product_data][name]", "client_reference_id", "customer_email", "success_url", "cancel_url",
    "expires_at", "submit_type", "payment_intent_data[capture_method]", "payment_intent_data[metadata][*]",
    "payment_intent_data[description]", "metadata[*]", "locale",
)  # fmt: skip
MODES = ("hosted_page", "embedded_page", "form", "elements")


def create(call: StripeCall) -> Response:
    """A checkout for one amount."""
    call.need("checkout_sessions")
    form = call.form(*ALLOWED)
    if required(form, "mode") != "payment" or form.get("ui_mode", "hosted_page") not in MODES:
        raise errors.invalid_parameter("mode", "must be payment")
    amount = whole(form, f"{ITEM}[price_data][unit_amount]") * whole(form, f"{ITEM}[quantity]")
    currency = required(form, f"{ITEM}[price_data][currency]").lower()
    if amount < LEAST_CENTS:
        raise errors.invalid("Amount must be at least 50 cents", code="amount_too_small")
    expires_at = _expiry(call, form)
    required(form, f"{ITEM}[price_data][product_data][name]")
    session: Object = {
        "id": call.account.new_id("cs"), "object": "checkout.session", "status": "open", "payment_status": "unpaid",
        "payment_intent": None, "amount_total": amount, "currency": currency, "expires_at": expires_at,
        "client_reference_id": form.get("client_reference_id"), "customer_email": form.get("customer_email"),
        "success_url": required(form, "success_url"), "cancel_url": required(form, "cancel_url"),
        "metadata": members(form, "metadata"), "livemode": call.account.is_live, "created": call.now(),
        "_capture_method": form.get("payment_intent_data[capture_method]", "automatic"),
        "_intent_metadata": members(form, "payment_intent_data[metadata]"),
        "_description": form.get("payment_intent_data[description]"),
        "_item": form[f"{ITEM}[price_data][product_data][name]"], "_submit": form.get("submit_type", "pay"),
    }  # fmt: skip
    session["url"] = f"{call.request.host_url.rstrip('/')}/stripe/pay/{session['id']}"
    call.account.sessions[session["id"]] = session
    return as_json(payments.shown(session))


def _expiry(call: StripeCall, form: dict[str, str]) -> int:
    if "expires_at" not in form:
        return call.now() + MOST_SECONDS
    expires_at = whole(form, "expires_at")
    if not LEAST_SECONDS <= expires_at - call.now() <= MOST_SECONDS:
        raise errors.invalid_parameter("expires_at", "must be between 30 minutes and 24 hours from now")
    return expires_at


def _session(call: StripeCall) -> Object:
    found = call.account.sessions.get(call.args["id"])
    if found is None:
        raise errors.no_such("checkout.session", call.args["id"])
    return found


def read(call: StripeCall) -> Response:
    """One checkout; ``expand[]=payment_intent`` brings the payment along."""
    query = call.query("expand[]")
    session = payments.shown(_session(call))
    if query.get("expand[]") == "payment_intent" and session["payment_intent"]:
        session["payment_intent"] = intent_json(call.account, call.account.intents[session["payment_intent"]])
    return as_json(session)


def expire(call: StripeCall) -> Response:
    """Close a checkout that nobody has paid."""
    call.need("checkout_sessions")
    call.form()
    session = _session(call)
    if session["status"] != "open":
        raise errors.invalid(
            f'Only Checkout Sessions with a status in ["open"] can be expired. This one is {session["status"]}.',
            code="checkout_session_not_open",
        )
    payments.session_expired(call.account, session, call.now())
    return as_json(payments.shown(session))


ROUTES = [
    ("POST", "/v1/checkout/sessions", create),
    ("GET", "/v1/checkout/sessions/<id>", read),
    ("POST", "/v1/checkout/sessions/<id>/expire", expire),
]
