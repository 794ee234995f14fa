"""What a person may do to a sub-account past its API, below ``/control/gohighlevel/``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request

if TYPE_CHECKING:
    from booking_sandbox.control import SandboxControl


def _show(control: SandboxControl, request: Request, args: dict[str, str]) -> Any:
    with control.world.lock:
        account = control.world.gohighlevel[args["account"]]
        return {"token": account.token, "location_id": account.location_id, **account.to_json()}


def _shut(control: SandboxControl, request: Request, args: dict[str, str]) -> Any:
    """Somebody wants no more e-mail: ``email``, and ``channel`` where it is another one."""
    body = request.get_json()
    with control.world.lock:
        contact = control.world.gohighlevel[args["account"]].with_email(body["email"])
        if contact is None:
            raise KeyError("email")
        contact.dnd_settings[body.get("channel", "Email")] = {"status": "active", "message": "by hand"}


ROUTES: list[tuple[str, str, Callable[[SandboxControl, Request, dict[str, str]], Any]]] = [
    ("GET", "/gohighlevel/<account>", _show),
    ("POST", "/gohighlevel/<account>/opt-out", _shut),
]
