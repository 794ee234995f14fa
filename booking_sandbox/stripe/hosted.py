"""The page on which somebody pays: never to be framed. Pay, be declined, confirm with the bank, or leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from booking_sandbox.stripe import payments
from booking_sandbox.stripe.account import Object, StripeAccount
from booking_sandbox.templates import render

if TYPE_CHECKING:
    from booking_sandbox.world import World


def answer(world: World, request: Request) -> Response:
    """GET shows the page of a checkout, POST presses one of its buttons: ``pay``, ``decline``, ``bank``, ``leave``."""
    session_id = request.path.removeprefix("/stripe/pay/")
    now = int(world.clock.now().timestamp())
    for account in world.stripe.values():
        payments.age(account, now)
        session = account.sessions.get(session_id)
        if session is not None:
            pressed = request.form.get("press", "") if request.method == "POST" else ""
            return _pressed(account, session, pressed, now)
    return _page(None, "This page does not exist.", status=404)


def _pressed(account: StripeAccount, session: Object, pressed: str, now: int) -> Response:
    if session["status"] == "complete":
        return redirect(session["success_url"], 303) if pressed else _page(session, "This has been paid already.")
    if pressed == "leave" or (pressed and session["status"] == "expired"):
        return redirect(session["cancel_url"], 303)
    if session["status"] == "expired":
        return _page(session, "This page has expired.")
    if pressed == "decline":
        payments.declined(account, session, now)
        return _page(session, "Your card was declined. Please try another one.")
    if pressed == "bank":
        payments.intent_of(account, session, now)["status"] = "requires_action"
        return _page(session, "Your bank asks you to confirm this payment.", asks_bank=True)
    if pressed == "pay":
        payments.authorised(account, session, now)
        return redirect(session["success_url"], 303)
    return _page(session, None)


def _page(session: Object | None, notice: str | None, *, asks_bank: bool = False, status: int = 200) -> Response:
    is_open = session is not None and session["status"] == "open"
    html = render("stripe_pay.html", session=session, notice=notice, is_open=is_open, asks_bank=asks_bank)
    response = Response(html, status, content_type="text/html; charset=utf-8")
    response.headers["X-Frame-Options"] = "DENY"
    response.headers["Content-Security-Policy"] = "frame-ancestors 'none'"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    return response
