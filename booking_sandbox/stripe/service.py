"""Stripe as a whole: whose key, which handler, and the same answer to a repeated request."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request, Response

from booking_sandbox.routing import Router
from booking_sandbox.stripe import accounts, delivery, errors, hosted, intents, payments, refunds, sessions
from booking_sandbox.stripe.account import Kept, StripeAccount
from booking_sandbox.stripe.context import StripeCall
from booking_sandbox.stripe.errors import StripeRefused

if TYPE_CHECKING:
    from booking_sandbox.world import World

Handler = Callable[[StripeCall], Response]
_ROUTER: Router[Handler] = Router([*sessions.ROUTES, *intents.ROUTES, *refunds.ROUTES, *accounts.ROUTES])
LONGEST_KEY = 255


def account_of(world: World, request: Request) -> StripeAccount | None:
    """The account of a request's key."""
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return None
    return next((account for account in world.stripe.values() if account.key == key), None)


def answer(world: World, request: Request) -> Response:
    """Answer one call below ``/stripe``: the API, or the page on which somebody pays."""
    known = {name: len(account.events) for name, account in world.stripe.items()}
    try:
        if request.path.startswith("/stripe/pay/"):
            return hosted.answer(world, request)
        return _api(world, request)
    except StripeRefused as refused:
        return refused.answer()
    finally:
        for name, account in world.stripe.items():
            delivery.deliver_new(world, account, known[name])


def _api(world: World, request: Request) -> Response:
    account = account_of(world, request)
    if account is None:
        raise errors.unauthorized()
    payments.age(account, int(world.clock.now().timestamp()))
    found = _ROUTER.match(request.method, request.path.removeprefix("/stripe"))
    if found is None:
        raise StripeRefused(404, "invalid_request_error", "Unrecognized request URL.")
    handler, args = found
    call = StripeCall(world, request, account, args)
    response = handler(call) if request.method != "POST" else _once(call, handler)
    response.headers["Stripe-Version"] = request.headers.get("Stripe-Version", "2026-10-28.endive")
    response.headers["Request-Id"] = account.new_id("req")
    return response


def _once(call: StripeCall, handler: Handler) -> Response:
    """The first answer under a key is kept, a failure of the server too; what was never begun is not."""
    if call.request.mimetype not in ("application/x-www-form-urlencoded", ""):
        raise StripeRefused(400, "invalid_request_error", "Request bodies are form-encoded.")
    key = call.request.headers.get("Idempotency-Key", "")
    if len(key) > LONGEST_KEY:
        raise errors.invalid("Idempotency-Key is too long", code="idempotency_key_too_long")
    told = repr((call.request.path, sorted(call.request.form.items(multi=True)))).encode()
    asked = hashlib.sha256(told).hexdigest()
    kept = call.account.kept.get(key) if key else None
    if kept is not None:
        if kept.asked != asked:
            raise errors.idempotency_mismatch()
        replayed = Response(kept.body, kept.status, content_type="application/json")
        replayed.headers["Idempotent-Replayed"] = "true"
        return replayed
    response = _fresh(call, handler)
    if key:
        call.account.kept[key] = Kept(asked, response.status_code, response.get_data())
    return response


def _fresh(call: StripeCall, handler: Handler) -> Response:
    knobs = call.world.knobs
    if knobs.stripe_kept_failures > 0:
        knobs.stripe_kept_failures -= 1
        return StripeRefused(500, "api_error", "An unknown error occurred.").answer()
    return handler(call)
