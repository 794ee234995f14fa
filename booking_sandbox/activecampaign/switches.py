"""What a person may do to an ActiveCampaign account past its API, below ``/control/activecampaign/``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request

from booking_sandbox.activecampaign.account import LIST_ID

if TYPE_CHECKING:
    from booking_sandbox.control import SandboxControl


def _show(control: SandboxControl, request: Request, args: dict[str, str]) -> Any:
    with control.world.lock:
        account = control.world.activecampaign[args["account"]]
        return {"token": account.token, **account.to_json()}


def _leave(control: SandboxControl, request: Request, args: dict[str, str]) -> Any:
    """Somebody unsubscribes by the link in a mail: ``email``, and ``list`` where it is another one."""
    body = request.get_json()
    with control.world.lock:
        account = control.world.activecampaign[args["account"]]
        contact = account.with_email(body["email"])
        if contact is None:
            raise KeyError("email")
        link = {"contact": contact["id"], "list": str(body.get("list", LIST_ID))}
        row = account.find("contactLists", **link) or account.add("contactLists", **link, resubscribed=False)
        row |= {"status": "2", "sourceid": "0"}


ROUTES: list[tuple[str, str, Callable[[SandboxControl, Request, dict[str, str]], Any]]] = [
    ("GET", "/activecampaign/<account>", _show),
    ("POST", "/activecampaign/<account>/opt-out", _leave),
]
