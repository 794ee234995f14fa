"""Xero as a whole: whose token, which organisation, which scope, how often, and what was answered before."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request, Response

from booking_sandbox.demo_keys import DEMO_XERO_CLIENT_ID, DEMO_XERO_CLIENT_SECRET, DEMO_XERO_TENANT
from booking_sandbox.routing import Router
from booking_sandbox.xero import contacts, errors, identity, invoices, payments, settings
from booking_sandbox.xero.context import XeroCall
from booking_sandbox.xero.organisation import Organisation

if TYPE_CHECKING:
    from booking_sandbox.world import World

Handler = Callable[[XeroCall], Response]
PREFIX, API = "/xero", "/xero/api.xro/2.0"
_ROUTER: Router[Handler] = Router([*settings.ROUTES, *contacts.ROUTES, *invoices.ROUTES, *payments.ROUTES])
# The first part of a path -> the scope that opens it; reading is open to the same scope with `.read`.
SCOPES = {
    "Organisation": "accounting.settings",
    "Accounts": "accounting.settings",
    "TaxRates": "accounting.settings",
    "TrackingCategories": "accounting.settings",
    "Contacts": "accounting.contacts",
    "Invoices": "accounting.invoices",
    "CreditNotes": "accounting.invoices",
    "Payments": "accounting.payments",
}
PER_MINUTE = 60
REPLAY_SECONDS, LONGEST_KEY = 360.0, 128
OTHER_TENANT = "7c1f4c2a-0b0c-4e1f-9d3e-6b8f70112233"


def made() -> identity.Identity:
    """Two organisations, one app that asks a person and one that is a custom connection."""
    organisations = {
        DEMO_XERO_TENANT: Organisation(DEMO_XERO_TENANT, "Harbour Street Health Pty Ltd"),
        OTHER_TENANT: Organisation(OTHER_TENANT, "Blake Family Trust"),
    }
    return identity.Identity(
        organisations,
        apps={DEMO_XERO_CLIENT_ID: DEMO_XERO_CLIENT_SECRET, "CUSTOM1F2E3D4C": "custom-secret"},
        custom_apps={"CUSTOM1F2E3D4C": DEMO_XERO_TENANT},
    )


def organisation_of(world: World, request: Request) -> Organisation | None:
    """The organisation that a call is about, for the log."""
    return world.xero.organisations.get(request.headers.get("xero-tenant-id", ""))


def answer(world: World, request: Request) -> Response:
    """Answer one call below ``/xero``: identity, connections or the accounting API."""
    path = request.path.removeprefix(PREFIX)
    if path == "/identity/connect/authorize":
        return identity.authorise(world, request)
    if path == "/connect/token" and request.method == "POST":
        return identity.token(world, request)
    if path == "/connect/revocation" and request.method == "POST":
        return identity.revoke(world, request)
    token = request.authorization.token if request.authorization else None
    grant = world.xero.grant_of(token or "")
    if grant is None:
        return errors.unauthorised("TokenExpired: token expired" if token in world.xero.access else "TokenInvalid")
    if path == "/connections" and request.method == "GET":
        return identity.connections(world, request, grant)
    if path.startswith("/connections/") and request.method == "DELETE":
        return identity.disconnect(world, path.rpartition("/")[2])
    return _accounting(world, request, grant)


def _accounting(world: World, request: Request, grant: identity.Grant) -> Response:
    wanted = request.headers.get("xero-tenant-id")
    if wanted is None and grant.client_id in world.xero.custom_apps:
        wanted = grant.tenants[0]
    organisation = world.xero.organisations.get(wanted or "")
    if organisation is None or wanted not in grant.tenants or organisation.is_disconnected:
        return errors.forbidden()
    limited = _limited(world, organisation)
    if limited is not None:
        return limited
    route = request.path.removeprefix(API)
    found = _ROUTER.match(request.method, route)
    if found is None or not request.path.startswith(API):
        return errors.not_found().response
    if not _is_in_scope(grant, route, request.method):
        return errors.unauthorised("AuthorizationUnsuccessful: insufficient scope")
    handler, args = found
    response = _once(world, request, XeroCall(world, request, organisation, args), handler)
    if "json" not in request.headers.get("Accept", ""):
        return Response("<Response><Status>OK</Status></Response>", response.status_code, content_type="text/xml")
    return _counted(world, organisation, response)


def _limited(world: World, organisation: Organisation) -> Response | None:
    if world.open_calls["xero", organisation.name] > world.knobs.xero_simultaneous_calls:
        return errors.too_many("concurrent", None)
    if world.xero_days.count(organisation.tenant_id, world.knobs.xero_calls_per_day) is not None:
        return errors.too_many("day", 3600)
    if world.xero_rates.count(organisation.tenant_id, world.knobs.xero_calls_per_minute) is not None:
        return errors.too_many("minute", 5)
    return None


def _counted(world: World, organisation: Organisation, response: Response) -> Response:
    left = world.xero_rates.remaining(organisation.tenant_id, world.knobs.xero_calls_per_minute)
    response.headers["X-MinLimit-Remaining"] = str(left)
    days = world.xero_days.remaining(organisation.tenant_id, world.knobs.xero_calls_per_day)
    response.headers["X-DayLimit-Remaining"] = str(days)
    return response


def _is_in_scope(grant: identity.Grant, route: str, method: str) -> bool:
    scope = SCOPES[route.split("/")[1]]
    return scope in grant.scopes or (method == "GET" and f"{scope}.read" in grant.scopes)


def _once(world: World, request: Request, call: XeroCall, handler: Handler) -> Response:
    """The same key and request are answered as before, errors included, for six minutes."""
    key = request.headers.get("Idempotency-Key")
    if request.method == "GET" or key is None:
        return _answered(call, handler)
    if len(key) > LONGEST_KEY:
        return errors.bad_request("The Idempotency-Key is longer than 128 characters").response
    sent = hashlib.sha256(f"{request.method} {request.full_path} ".encode() + request.get_data()).hexdigest()
    kept = world.xero_replies.get(key)
    if kept is not None and kept[0] > world.xero.now():
        if kept[1] != sent:
            return errors.bad_request("The Idempotency-Key has been used with a different request").response
        return Response(kept[2], kept[3], content_type="application/json; charset=utf-8")
    response = _answered(call, handler)
    world.xero_replies[key] = (
        world.xero.now() + REPLAY_SECONDS,
        sent,
        response.get_data(as_text=True),
        response.status_code,
    )
    return response


def _answered(call: XeroCall, handler: Handler) -> Response:
    try:
        return handler(call)
    except errors.XeroRefused as refused:
        return refused.response
