"""ActiveCampaign as a whole: whose token, how often, which handler."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request, Response

from booking_sandbox.activecampaign import contacts, errors, fields, marks
from booking_sandbox.activecampaign.account import CampaignAccount
from booking_sandbox.activecampaign.context import CampaignCall
from booking_sandbox.activecampaign.errors import CampaignRefused, as_json
from booking_sandbox.routing import Router

if TYPE_CHECKING:
    from booking_sandbox.world import World

Handler = Callable[[CampaignCall], Response]
RETRY_AFTER = 30


def me(call: CampaignCall) -> Response:
    """The user of the token."""
    user = {"id": "1", "username": call.account.name, "firstName": "Sandbox", "lastName": "User"}
    return as_json({"user": {**user, "email": "integration@example.com"}})


_ROUTER: Router[Handler] = Router([("GET", "/users/me", me), *contacts.ROUTES, *fields.ROUTES, *marks.ROUTES])


def account_of(world: World, request: Request) -> CampaignAccount | None:
    """The account a request's token belongs to."""
    token = request.headers.get("Api-Token")
    return next((account for account in world.activecampaign.values() if account.token == token), None)


def answer(world: World, request: Request) -> Response:
    """Answer one call below ``/activecampaign/api/3``."""
    try:
        return _answer(world, request)
    except CampaignRefused as refused:
        return refused.answer()


def _answer(world: World, request: Request) -> Response:
    account = account_of(world, request)
    if account is None:
        raise errors.forbidden()
    most = world.knobs.activecampaign_requests_per_second
    if world.activecampaign_rates.count(account.name, most) is not None:
        return errors.too_many(RETRY_AFTER)
    path = request.path.removeprefix("/activecampaign/api/3")
    found = _ROUTER.match(request.method, path)
    if found is None:
        return Response("<html><body><h1>Not Found</h1></body></html>", 404, content_type="text/html")
    handler, args = found
    if not account.may_read and handler is not me:
        raise errors.forbidden()
    response = handler(CampaignCall(world=world, request=request, account=account, args=args))
    response.headers["RateLimit-Limit"] = str(most)
    response.headers["RateLimit-Remaining"] = str(world.activecampaign_rates.remaining(account.name, most))
    return response
