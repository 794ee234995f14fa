"""What a person may do to a Stripe account past its API, below ``/control/stripe/``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request

from booking_sandbox.stripe import delivery, payments

if TYPE_CHECKING:
    from booking_sandbox.control import SandboxControl
    from booking_sandbox.stripe.account import StripeAccount


def _account(control: SandboxControl, args: dict[str, str]) -> StripeAccount:
    return control.world.stripe[args["account"]]


def _show(control: SandboxControl, request: Request, args: dict[str, str]) -> Any:
    with control.world.lock:
        return {"key": _account(control, args).key, **_account(control, args).to_json()}


def _set(control: SandboxControl, request: Request, args: dict[str, str]) -> Any:
    """Change ``charges_enabled``, ``currency``, ``afterpay`` or what the key ``lacks``."""
    body = request.get_json()
    with control.world.lock:
        account = _account(control, args)
        account.charges_enabled = bool(body.get("charges_enabled", account.charges_enabled))
        account.currency = str(body.get("currency", account.currency))
        account.afterpay = str(body.get("afterpay", account.afterpay))
        account.lacks = frozenset(body.get("lacks", account.lacks))


def end_refund(control: SandboxControl, account: str, refund_id: str, *, is_good: bool) -> None:
    """The bank takes a pending refund, or refuses it."""
    with control.world.lock:
        mine, now = control.world.stripe[account], int(control.now().timestamp())
        known = len(mine.events)
        refund = mine.refunds[refund_id]
        (payments.refunded if is_good else payments.refund_failed)(mine, refund, now)
        delivery.deliver_new(control.world, mine, known)


def dispute(control: SandboxControl, account: str, intent_id: str) -> None:
    """The payer disputes a charge."""
    with control.world.lock:
        mine = control.world.stripe[account]
        known = len(mine.events)
        payments.disputed(mine, mine.intents[intent_id], int(control.now().timestamp()))
        delivery.deliver_new(control.world, mine, known)


def _end_refund(control: SandboxControl, request: Request, args: dict[str, str]) -> Any:
    end_refund(control, args["account"], args["id"], is_good=bool(request.get_json().get("succeeds", True)))


def _dispute(control: SandboxControl, request: Request, args: dict[str, str]) -> Any:
    dispute(control, args["account"], args["id"])


ROUTES: list[tuple[str, str, Callable[[SandboxControl, Request, dict[str, str]], Any]]] = [
    ("GET", "/stripe/<account>", _show),
    ("PATCH", "/stripe/<account>", _set),
    ("POST", "/stripe/<account>/refunds/<id>/end", _end_refund),
    ("POST", "/stripe/<account>/payments/<id>/dispute", _dispute),
]
