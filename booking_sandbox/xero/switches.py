"""What a bookkeeper may do in Xero past the API, below ``/control/xero/``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request

if TYPE_CHECKING:
    from booking_sandbox.control import SandboxControl

SETTABLE = ("period_lock", "year_lock", "approvals_left", "is_disconnected", "archived_names_block")


def _show(control: SandboxControl, request: Request, args: dict[str, str]) -> Any:
    with control.world.lock:
        identity = control.world.xero
        return {
            "organisations": [each.to_json() for each in identity.organisations.values()],
            "refreshes": identity.refreshes,
        }


def _set(control: SandboxControl, request: Request, args: dict[str, str]) -> Any:
    """Lock dates and the like, by name."""
    body = request.get_json()
    with control.world.lock:
        organisation = control.world.xero.organisations[args["tenant"]]
        for name, value in body.items():
            if name not in SETTABLE:
                raise ValueError(f"{name} is not among {', '.join(SETTABLE)}")
            setattr(organisation, name, value)


def _change(control: SandboxControl, request: Request, args: dict[str, str]) -> Any:
    """Somebody changes a document or contact by hand: ``store``, ``id`` and the ``values`` that are to be another."""
    body = request.get_json()
    with control.world.lock:
        organisation = control.world.xero.organisations[args["tenant"]]
        if body["store"] not in ("contacts", "invoices", "credit_notes", "payments"):
            raise ValueError("no such store")
        getattr(organisation, body["store"])[body["id"]].update(body["values"])


def _move(control: SandboxControl, request: Request, args: dict[str, str]) -> Any:
    """Let tokens grow older by ``seconds``."""
    with control.world.lock:
        control.world.xero.moved += float(request.get_json()["seconds"])


ROUTES: list[tuple[str, str, Callable[[SandboxControl, Request, dict[str, str]], Any]]] = [
    ("GET", "/xero", _show),
    ("PATCH", "/xero/<tenant>", _set),
    ("POST", "/xero/<tenant>/change", _change),
    ("POST", "/xero-time", _move),
]
