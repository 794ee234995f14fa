"""Out to the vendor's page and back. Every address answers well at any time, however often it is opened."""

from typing import Any

from flask import Blueprint, Response, redirect, request, url_for

from booking_app.deposits.models import DepositState
from booking_app.deposits.paying import Payment
from booking_app.pages.shared import use_cases
from booking_app.pages.shared.rendering import render, wants_fragment
from booking_app.pages.shared.shell import keep_clinic, shell

blueprint = Blueprint("pay", __name__, url_prefix="/pay/<token>")
POLLER = "pay-poll"
POLL_SECONDS = 3


@blueprint.get("", endpoint="out")
def out(token: str) -> Response:
    """Leads on to the vendor's page by itself; a link stands there for where that is kept from happening.

    A form of ours may not lead to another origin, so that this page lies in between.
    """
    payment = _load(token)
    if payment.state == DepositState.OPENING:
        return _show(payment, "pay/opening.html", title="Opening the payment page", refresh_seconds=2)
    if payment.url is None:
        return _go(payment, "done")
    return _show(payment, "pay/out.html", title="To the payment page", leads_to=payment.url)


@blueprint.get("/done", endpoint="done")
def done(token: str) -> Response:
    """Back after paying. What the vendor adds to the address proves nothing, and is dropped."""
    payment = _load(token)
    if request.args:
        return _go(payment, "done")
    use_cases().paying.returned(token)
    if payment.is_booked or payment.state == DepositState.CAPTURED:
        return _to_draft(payment, "confirming") or _over(payment)
    if payment.state in (DepositState.OPENING, DepositState.OPEN, DepositState.AUTHORISED):
        return _waiting(payment, "pay/waiting.html", "Confirming your booking")
    if payment.state == DepositState.RELEASING and not payment.is_stuck:
        return _waiting(payment, "pay/returning.html", "Giving back your deposit")
    if payment.state in (DepositState.RELEASING, DepositState.RELEASED):
        return _to_draft(payment, "times", lost=1) or _over(payment)
    return _to_draft(payment, "check", unpaid=1) or _over(payment)


@blueprint.get("/back", endpoint="back")
def back(token: str) -> Response:
    """Back without having paid, as far as the vendor says: every answer is kept."""
    payment = _load(token)
    if request.args:
        return _go(payment, "back")
    if payment.state not in (DepositState.OPENING, DepositState.OPEN, DepositState.ENDED):
        return _go(payment, "done")
    return _to_draft(payment, "check", unpaid=1) or _over(payment)


def _load(token: str) -> Payment:
    payment = use_cases().paying.load(token)
    keep_clinic(payment.clinic)
    return payment


def _go(payment: Payment, page: str) -> Response:
    return redirect(url_for(f"pay.{page}", token=payment.token), code=303)  # type: ignore[return-value]


def _to_draft(payment: Payment, page: str, **query: int) -> Response | None:
    """Back to the booking that is being filled in; None once its address is not told any more."""
    if payment.draft_token is None:
        return None
    values: dict[str, Any] = {"slug": payment.clinic.slug, "token": payment.draft_token, **query}
    return redirect(url_for(f"widget.{page}", **values), code=303)  # type: ignore[return-value]


def _waiting(payment: Payment, fragment: str, title: str) -> Response:
    if wants_fragment() and request.headers.get("HX-Trigger") == f"{POLLER}-{payment.state}":
        return Response(status=204)
    return _show(
        payment, fragment, title=title, refresh_seconds=POLL_SECONDS, poll_seconds=POLL_SECONDS,
        poller=f"{POLLER}-{payment.state}", poll_url=url_for("pay.done", token=payment.token),
    )  # fmt: skip


def _over(payment: Payment) -> Response:
    return _show(payment, "pay/over.html", title="Your payment")


def _show(payment: Payment, fragment: str, *, title: str, **values: Any) -> Response:
    name = f"{title} · {payment.clinic.name}"
    response = render(fragment, title=name, shell=shell(), payment=payment, **values)
    response.headers["Cache-Control"] = "no-store"
    return response
