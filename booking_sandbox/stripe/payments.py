"""What happens to a payment, whoever causes it: the page, the API or time. Each change tells its events."""

from __future__ import annotations

from booking_sandbox.stripe.account import Object, StripeAccount

CARD_DAYS = 7
FEE_PERCENT, FEE_FIXED = 175, 30  # 1.75 % and 30 cents


def session_expired(account: StripeAccount, session: Object, now: int) -> None:
    """Close an open checkout."""
    session.update(status="expired", url=None)
    tell(account, "checkout.session.expired", session, now)


def age(account: StripeAccount, now: int) -> None:
    """What time alone does: checkouts and authorisations end."""
    for session in account.sessions.values():
        if session["status"] == "open" and now >= session["expires_at"]:
            session_expired(account, session, now)
    for intent in account.intents.values():
        if intent["status"] == "requires_capture" and now >= _charge(account, intent)["capture_before"]:
            canceled(account, intent, "automatic", now)


def intent_of(account: StripeAccount, session: Object, now: int) -> Object:
    """The payment of a checkout, made at the first try to pay."""
    if session["payment_intent"]:
        return account.intents[session["payment_intent"]]
    intent = {
        "id": account.new_id("pi"), "object": "payment_intent", "amount": session["amount_total"],
        "amount_capturable": 0, "amount_received": 0, "currency": session["currency"], "created": now,
        "status": "requires_payment_method", "capture_method": session["_capture_method"],
        "metadata": session["_intent_metadata"], "description": session["_description"], "latest_charge": None,
        "livemode": account.is_live, "cancellation_reason": None,
    }  # fmt: skip
    account.intents[intent["id"]] = intent
    session["payment_intent"] = intent["id"]
    return intent


def declined(account: StripeAccount, session: Object, now: int) -> None:
    """The card was refused; the patient may try another one."""
    intent = intent_of(account, session, now)
    intent["status"] = "requires_payment_method"
    tell(account, "payment_intent.payment_failed", intent, now)


def authorised(account: StripeAccount, session: Object, now: int) -> None:
    """The patient has paid as far as the page goes: the money is promised, not taken."""
    intent = intent_of(account, session, now)
    charge = {
        "id": account.new_id("ch"), "object": "charge", "amount": intent["amount"], "amount_captured": 0,
        "amount_refunded": 0, "captured": False, "created": now, "payment_intent": intent["id"], "disputed": False,
        "currency": intent["currency"], "capture_before": now + CARD_DAYS * 86400,
    }  # fmt: skip
    account.charges[charge["id"]] = charge
    intent.update(status="requires_capture", amount_capturable=intent["amount"], latest_charge=charge["id"])
    session.update(status="complete", url=None)
    tell(account, "payment_intent.amount_capturable_updated", intent, now)
    tell(account, "checkout.session.completed", session, now)
    if intent["capture_method"] != "manual":
        captured(account, intent, intent["amount"], now)
        session["payment_status"] = "paid"


def captured(account: StripeAccount, intent: Object, amount: int, now: int) -> None:
    """The promised money is taken, less the fee."""
    charge = _charge(account, intent)
    charge.update(captured=True, amount_captured=amount)
    intent.update(status="succeeded", amount_received=amount, amount_capturable=0)
    for session in account.sessions.values():
        if session["payment_intent"] == intent["id"]:
            session["payment_status"] = "paid"
    fee = round(amount * FEE_PERCENT / 10_000) + FEE_FIXED
    _book(account, "charge", amount, fee, charge["id"], now)


def canceled(account: StripeAccount, intent: Object, reason: str, now: int) -> None:
    """The promise is given back."""
    intent.update(status="canceled", amount_capturable=0, cancellation_reason=reason)
    tell(account, "payment_intent.canceled", intent, now)


def refunded(account: StripeAccount, refund: Object, now: int) -> None:
    """Taken money goes back; the fee does not."""
    refund["status"] = "succeeded"
    charge = _charge(account, account.intents[refund["payment_intent"]])
    charge["amount_refunded"] += refund["amount"]
    _book(account, "refund", -refund["amount"], 0, refund["id"], now)
    tell(account, "refund.updated", refund, now)
    tell(account, "charge.refunded", charge, now)


def refund_failed(account: StripeAccount, refund: Object, now: int) -> None:
    """The bank did not take the money back; it stays with the clinic."""
    if refund["status"] == "succeeded":
        _charge(account, account.intents[refund["payment_intent"]])["amount_refunded"] -= refund["amount"]
        _book(account, "refund_failure", refund["amount"], 0, refund["id"], now)
    refund.update(status="failed", failure_reason="expired_or_canceled_card")
    tell(account, "refund.failed", refund, now)


def disputed(account: StripeAccount, intent: Object, now: int) -> None:
    """The payer tells their bank that the charge is not theirs."""
    charge = _charge(account, intent)
    charge["disputed"] = True
    dispute = {
        "id": account.new_id("dp"), "object": "dispute", "charge": charge["id"], "payment_intent": intent["id"],
        "amount": charge["amount"], "status": "needs_response", "created": now,
    }  # fmt: skip
    _book(account, "adjustment", -charge["amount"], 2500, dispute["id"], now)
    tell(account, "charge.dispute.created", dispute, now)


def tell(account: StripeAccount, kind: str, about: Object, now: int) -> None:
    """Write an event down; whoever delivers messages takes it from there."""
    account.events.append(
        {
            "id": account.new_id("evt"), "object": "event", "type": kind, "created": now,
            "livemode": account.is_live, "data": {"object": shown(about)},
        }
    )  # fmt: skip


def shown(record: Object) -> Object:
    """A record as the API gives it out."""
    return {name: value for name, value in record.items() if not name.startswith("_")}


def _charge(account: StripeAccount, intent: Object) -> Object:
    return account.charges[intent["latest_charge"]]


def _book(account: StripeAccount, kind: str, amount: int, fee: int, source: str, now: int) -> None:
    account.transactions.append(
        {
            "id": account.new_id("txn"), "object": "balance_transaction", "type": kind, "amount": amount, "fee": fee,
            "net": amount - fee, "currency": account.currency, "source": source, "created": now,
            "available_on": now + 2 * 86400,
        }
    )  # fmt: skip
