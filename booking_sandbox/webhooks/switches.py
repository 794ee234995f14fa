"""What a person may do to the receiver, below ``/control/webhooks/``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request

if TYPE_CHECKING:
    from booking_sandbox.control import SandboxControl


def _show(control: SandboxControl, request: Request, args: dict[str, str]) -> Any:
    with control.world.lock:
        return control.world.webhooks[args["name"]].to_json()


def _set(control: SandboxControl, request: Request, args: dict[str, str]) -> Any:
    """Turn ``secrets``, the ``status`` it answers with, or its ``headers``."""
    body = request.get_json()
    with control.world.lock:
        endpoint = control.world.webhooks[args["name"]]
        endpoint.secrets = tuple(body.get("secrets", endpoint.secrets))
        endpoint.status = int(body.get("status", endpoint.status))
        endpoint.headers = dict(body.get("headers", endpoint.headers))


ROUTES: list[tuple[str, str, Callable[[SandboxControl, Request, dict[str, str]], Any]]] = [
    ("GET", "/webhooks/<name>", _show),
    ("PATCH", "/webhooks/<name>", _set),
]
