"""HubSpot as a whole: whose token, how often, which version of the address, which handler."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request, Response

from booking_sandbox.hubspot import associations, consent, errors, lists, objects, properties, search
from booking_sandbox.hubspot.context import HubspotCall
from booking_sandbox.hubspot.errors import HubspotRefused, as_json
from booking_sandbox.hubspot.portal import Portal
from booking_sandbox.routing import Router

if TYPE_CHECKING:
    from booking_sandbox.world import World

Handler = Callable[[HubspotCall], Response]
DATED = ("2026-09", "2026-03")
NUMBERED = ("v3", "v4")


def account_details(call: HubspotCall) -> Response:
    """Which account the token belongs to."""
    return as_json(
        {
            "portalId": call.portal.portal_id,
            "accountType": "STANDARD",
            "timeZone": call.portal.time_zone,
            "companyCurrency": call.portal.currency,
            "additionalCurrencies": [],
            "utcOffset": "+10:30",
            "utcOffsetMilliseconds": 37_800_000,
            "uiDomain": "app.hubspot.com",
            "dataHostingLocation": "ap1",
        }
    )


def _routes() -> Iterator[tuple[str, str, Handler]]:
    areas: dict[str, Sequence[tuple[str, str, Handler]]] = {
        "crm/objects": [*search.ROUTES, *associations.ROUTES, *objects.ROUTES],
        "crm/properties": properties.ROUTES,
        "crm/lists": lists.ROUTES,
    }
    for area, routes in areas.items():
        crm, name = area.split("/")
        prefixes = [f"/{crm}/{name}/{version}" for version in DATED]
        prefixes += [f"/{crm}/{number}/{name}" for number in NUMBERED]
        for method, path, handler in routes:
            yield from ((method, prefix + path, handler) for prefix in prefixes)
    for version in (*DATED, *NUMBERED):
        for method, path, handler in consent.ROUTES:
            yield method, f"/communication-preferences/{version}{path}", handler
        yield "GET", f"/account-info/{version}/details", account_details


_ROUTER: Router[Handler] = Router(_routes())


def portal_of(world: World, request: Request) -> Portal | None:
    """The portal a request's token belongs to."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return None
    return next((portal for portal in world.portals.values() if portal.token == token), None)


def answer(world: World, request: Request) -> Response:
    """Answer one call below ``/hubspot``."""
    portal = portal_of(world, request)
    if portal is None:
        return errors.unauthenticated().answer()
    path = request.path.removeprefix("/hubspot")
    is_search = path.endswith("/search")
    limited = _limited(world, portal, is_search)
    if limited is not None:
        return limited
    found = _ROUTER.match(request.method, path)
    if found is None:
        return errors.not_found("No handler is found for this address").answer()
    handler, args = found
    try:
        response = handler(HubspotCall(world=world, request=request, portal=portal, args=args))
    except HubspotRefused as refused:
        response = refused.answer()
    if not is_search:
        response.headers.update(_rate_headers(world, portal))
    return response


def _limited(world: World, portal: Portal, is_search: bool) -> Response | None:
    knobs = world.knobs
    if world.hubspot_rates.count(portal.name, knobs.hubspot_requests_per_10_seconds) is not None:
        return too_many("TEN_SECONDLY_ROLLING", retry_after=10 if knobs.hubspot_retry_after else None)
    if is_search and world.hubspot_searches.count(portal.name, knobs.hubspot_searches_per_second) is not None:
        return too_many("SECONDLY", retry_after=1 if knobs.hubspot_retry_after else None)
    return None


def too_many(policy: str, *, retry_after: int | None = None) -> Response:
    """429, naming the limit that was reached."""
    name = {"TEN_SECONDLY_ROLLING": "ten_secondly_rolling", "SECONDLY": "secondly", "DAILY": "daily"}[policy]
    refused = HubspotRefused(
        429, "RATE_LIMITS", f"You have reached your {name} limit.", errorType="RATE_LIMIT", policyName=policy
    )
    response = refused.answer()
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response


def _rate_headers(world: World, portal: Portal) -> dict[str, Any]:
    most = world.knobs.hubspot_requests_per_10_seconds
    return {
        "X-HubSpot-RateLimit-Max": str(most),
        "X-HubSpot-RateLimit-Remaining": str(world.hubspot_rates.remaining(portal.name, most)),
        "X-HubSpot-RateLimit-Interval-Milliseconds": "10000",
        "X-HubSpot-RateLimit-Daily": "650000",
        "X-HubSpot-RateLimit-Daily-Remaining": "649000",
    }
