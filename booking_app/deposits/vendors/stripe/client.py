"""A clinic's own Stripe account, by a restricted key. We never touch a card: the page is Stripe's."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal

from booking_app.core.outbound_http.errors import VendorMissing, VendorOutcomeUnknown
from booking_app.core.outbound_http.json_api import JsonObject, records_in
from booking_app.core.tokens import new_token
from booking_app.deposits.vendors.contract import (
    CashAccount,
    Checkout,
    DepositOrder,
    Look,
    Movement,
    Refunded,
    Standing,
)
from booking_app.deposits.vendors.failures import UnexpectedState
from booking_app.deposits.vendors.stripe.money import from_cents, to_cents
from booking_app.deposits.vendors.stripe.transport import VERSION, StripeApi
from booking_app.deposits.vendors.stripe.webhook import EVENTS

ITEM = "Appointment deposit"  # says neither which appointment nor what for
SESSION = "/v1/checkout/sessions/{session}"
INTENT = "/v1/payment_intents/{intent}"
LEAST = Decimal("0.50")
STANDINGS = {
    "requires_capture": Standing.AUTHORISED,
    "succeeded": Standing.CAPTURED,
    "canceled": Standing.RELEASED,
}
KINDS = {"charge": "charge", "payment": "charge", "refund": "refund", "payment_refund": "refund"}


@dataclass(frozen=True, kw_only=True)
class Stripe:
    """One account; `is_live` by its key."""

    api: StripeApi
    is_live: bool

    def within(self, *, deadline: float | None, before_write: Callable[[], None] | None) -> "Stripe":
        return replace(self, api=self.api.within(deadline=deadline, before_write=before_write))

    def whoami(self) -> CashAccount:
        account = self.api.read("/v1/account")
        capabilities = account.get("capabilities")
        afterpay = isinstance(capabilities, dict) and capabilities.get("afterpay_clearpay_payments") == "active"
        return CashAccount(
            account_id=_text(account, "id"),
            currency=_text(account, "default_currency").upper(),
            is_live=self.is_live,
            can_charge=account.get("charges_enabled") is True,
            least=LEAST,
            extra_methods=("Afterpay",) if afterpay else (),
        )

    def open_checkout(self, order: DepositOrder, *, key: str) -> Checkout:
        item = "line_items[0]"
        form = {
            "mode": "payment",
            f"{item}[quantity]": "1",
            f"{item}[price_data][currency]": order.currency.lower(),
            f"{item}[price_data][unit_amount]": str(to_cents(order.amount, order.currency)),
            f"{item}[price_data][product_data][name]": ITEM,
            "client_reference_id": order.reference,
            "customer_email": order.email,
            "submit_type": "book",
            "success_url": order.return_url,
            "cancel_url": order.cancel_url,
            "expires_at": str(int(order.expires_at.timestamp())),
            "payment_intent_data[capture_method]": "manual",
            "payment_intent_data[metadata][deposit]": order.reference,
            "payment_intent_data[description]": f"Deposit {order.reference}",
        }
        session = self.api.post("/v1/checkout/sessions", form, key=key)
        return Checkout(_text(session, "id"), _text(session, "url"), _moment(session, "expires_at"))

    def look(self, remote_id: str) -> Look:
        """A finished page says nothing of the money with manual capture: its payment does."""
        try:
            session = self.api.read(SESSION, session=remote_id)
        except VendorMissing:
            return Look(Standing.GONE)
        intent = session.get("payment_intent")
        if session.get("status") == "complete" and isinstance(intent, str):
            return self._look_at(intent)
        standing = Standing.EXPIRED if session.get("status") == "expired" else Standing.OPEN
        return Look(standing, intent if isinstance(intent, str) else None)

    def authorise(self, remote_id: str, *, key: str) -> Look:
        """Stripe's page has done it: never writes."""
        return self.look(remote_id)

    def capture(self, remote_id: str, payment_id: str, *, key: str) -> Look:
        try:
            return _look_of(self.api.post(f"{INTENT}/capture", {}, key=key, intent=payment_id))
        except UnexpectedState:
            return self._look_at(payment_id)

    def release(self, remote_id: str, payment_id: str | None, *, key: str) -> Look:
        """An open page is closed; a promise is given back. Somebody may pay between the look and the closing."""
        found = self.look(remote_id)
        if found.standing is Standing.OPEN:
            try:
                self.api.post(f"{SESSION}/expire", {}, key=f"{key}-page", session=remote_id)
                return Look(Standing.EXPIRED, found.payment_id)
            except UnexpectedState:
                found = self.look(remote_id)
        if found.standing is Standing.AUTHORISED and found.payment_id:
            form = {"cancellation_reason": "requested_by_customer"}
            try:
                return _look_of(self.api.post(f"{INTENT}/cancel", form, key=key, intent=found.payment_id))
            except UnexpectedState:
                return self._look_at(found.payment_id)
        return found

    def refund(self, payment_id: str, amount: Decimal, currency: str, *, key: str, reference: str) -> Refunded:
        form = {
            "payment_intent": payment_id,
            "amount": str(to_cents(amount, currency)),
            "reason": "requested_by_customer",
            "metadata[refund]": reference,
        }
        return _refunded(self.api.post("/v1/refunds", form, key=key))

    def find_refund(self, payment_id: str, reference: str, remote_id: str | None) -> Refunded | None:
        query = {"payment_intent": payment_id, "limit": "100"}
        for refund in records_in(self.api.read("/v1/refunds", query=query), "data"):
            metadata = refund.get("metadata")
            if isinstance(metadata, dict) and metadata.get("refund") == reference:
                return _refunded(refund)
        return None

    def movements(self, since: datetime, until: datetime) -> Iterator[Movement]:
        query = {
            "created[gte]": str(int(since.timestamp())),
            "created[lt]": str(int(until.timestamp())),
            "expand[]": "data.source",
        }
        for row in self.api.rows("/v1/balance_transactions", query):
            yield _movement(row)

    def report_to(self, url: str) -> str:
        """Have Stripe report what happens to this address; the secret by which its messages are signed."""
        form = {"url": url, "api_version": VERSION}
        form |= {f"enabled_events[{place}]": kind for place, kind in enumerate(EVENTS)}
        return _text(self.api.post("/v1/webhook_endpoints", form, key=new_token()), "secret")

    def _look_at(self, intent_id: str) -> Look:
        return _look_of(self.api.read(INTENT, query={"expand[]": "latest_charge"}, intent=intent_id))


def _look_of(intent: JsonObject) -> Look:
    """A payment that is neither promised, taken nor given back is one that nobody has finished."""
    currency = _text(intent, "currency").upper()
    charge = intent.get("latest_charge")
    charge = charge if isinstance(charge, dict) else {}
    refunded = charge.get("amount_refunded")
    return Look(
        standing=STANDINGS.get(_text(intent, "status"), Standing.OPEN),
        payment_id=_text(intent, "id"),
        amount=from_cents(_whole(intent, "amount"), currency),
        refunded=from_cents(refunded if isinstance(refunded, int) else 0, currency),
        capture_before=_capture_before(charge),
        is_disputed=charge.get("disputed") is True,
    )


def _capture_before(charge: JsonObject) -> datetime | None:
    details = charge.get("payment_method_details")
    card = details.get("card") if isinstance(details, dict) else None
    ends = card.get("capture_before") if isinstance(card, dict) else None
    return datetime.fromtimestamp(ends, UTC) if isinstance(ends, int) else None


def _refunded(refund: JsonObject) -> Refunded:
    status = refund.get("status")
    return Refunded(_text(refund, "id"), is_done=status == "succeeded", has_failed=status in ("failed", "canceled"))


def _movement(row: JsonObject) -> Movement:
    currency = _text(row, "currency").upper()
    source, kind = row.get("source"), _text(row, "type")
    source = source if isinstance(source, dict) else {}
    payment = source.get("payment_intent")
    is_dispute = source.get("object") == "dispute"
    return Movement(
        remote_id=_text(row, "id"),
        kind="dispute" if is_dispute else KINDS.get(kind, kind),
        payment_id=payment if isinstance(payment, str) else None,
        amount=from_cents(_whole(row, "amount"), currency),
        fee=from_cents(_whole(row, "fee"), currency),
        currency=currency,
        at=_moment(row, "created"),
    )


def _text(record: JsonObject, name: str) -> str:
    value = record.get(name)
    if isinstance(value, str) and value:
        return value
    raise VendorOutcomeUnknown(f"stripe_no_{name}")


def _whole(record: JsonObject, name: str) -> int:
    value = record.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise VendorOutcomeUnknown(f"stripe_no_{name}")


def _moment(record: JsonObject, name: str) -> datetime:
    return datetime.fromtimestamp(_whole(record, name), UTC)
