"""What a person may do to a Mailchimp account past its API, below ``/control/mailchimp/``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request

if TYPE_CHECKING:
    from booking_sandbox.control import SandboxControl
    from booking_sandbox.mailchimp.account import MailchimpAccount


def _account(control: SandboxControl, args: dict[str, str]) -> MailchimpAccount:
    return control.world.mailchimp[args["account"]]


def _show(control: SandboxControl, request: Request, args: dict[str, str]) -> Any:
    with control.world.lock:
        account = _account(control, args)
        return {"key": account.key, **account.to_json()}


def _put_member(control: SandboxControl, request: Request, args: dict[str, str]) -> Any:
    """Somebody joins, unsubscribes, bounces or is archived: ``email`` and ``status``."""
    body = request.get_json()
    with control.world.lock:
        audience = _account(control, args).audience
        if body["status"] == "forgotten":
            audience.forget(body["email"])
        else:
            audience.put(body["email"], body["status"], **body.get("merge_fields", {}))


def _add_field(control: SandboxControl, request: Request, args: dict[str, str]) -> Any:
    body = request.get_json()
    with control.world.lock:
        more = {name: body[name] for name in ("required", "options") if name in body}
        _account(control, args).audience.add_field(body["tag"], body["tag"], body.get("type", "text"), **more)


ROUTES: list[tuple[str, str, Callable[[SandboxControl, Request, dict[str, str]], Any]]] = [
    ("GET", "/mailchimp/<account>", _show),
    ("POST", "/mailchimp/<account>/members", _put_member),
    ("POST", "/mailchimp/<account>/merge-fields", _add_field),
]
