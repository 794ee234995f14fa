"""GoHighLevel as a whole: whose token, which version, how often, which handler."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request, Response

from booking_sandbox.gohighlevel import contacts, errors, locations, notes
from booking_sandbox.gohighlevel.context import GhlCall
from booking_sandbox.gohighlevel.errors import GhlRefused
from booking_sandbox.gohighlevel.sub_account import SubAccount
from booking_sandbox.routing import Router

if TYPE_CHECKING:
    from booking_sandbox.world import World

Handler = Callable[[GhlCall], Response]
VERSIONS = ("2021-07-28", "2021-04-15", "2023-02-21", "v3")
# The document of locations knows the old version only.
LOCATIONS_VERSIONS = VERSIONS[:-1]
_ROUTER: Router[Handler] = Router([*contacts.ROUTES, *notes.ROUTES, *locations.ROUTES])


def account_of(world: World, request: Request) -> SubAccount | None:
    """The sub-account a request's token belongs to."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return None
    return next((account for account in world.gohighlevel.values() if account.token == token), None)


def answer(world: World, request: Request) -> Response:
    """Answer one call below ``/gohighlevel``."""
    try:
        return _answer(world, request)
    except GhlRefused as refused:
        return refused.answer()


def _answer(world: World, request: Request) -> Response:
    path = request.path.removeprefix("/gohighlevel")
    version = _version(request, path)
    account = account_of(world, request)
    if account is None:
        raise errors.invalid_token()
    most = world.knobs.gohighlevel_requests_per_10_seconds
    if world.gohighlevel_rates.count(account.name, most) is not None:
        return errors.too_many()
    found = _ROUTER.match(request.method, path)
    if found is None:
        raise errors.not_found(request.method, path)
    handler, args = found
    response = handler(GhlCall(world=world, request=request, account=account, version=version, args=args))
    response.headers["X-RateLimit-Max"] = str(most)
    response.headers["X-RateLimit-Remaining"] = str(world.gohighlevel_rates.remaining(account.name, most))
    response.headers["X-RateLimit-Interval-Milliseconds"] = "10000"
    return response


def _version(request: Request, path: str) -> str:
    version = request.headers.get("Version")
    if version is None:
        raise GhlRefused(401, "version header was not found.", "Unauthorized")
    if version not in (LOCATIONS_VERSIONS if path.startswith("/locations/") else VERSIONS):
        raise GhlRefused(400, "version header is invalid", "Bad Request")
    return version
