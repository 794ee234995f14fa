"""Mailchimp as a whole: whose key, how many calls at once, which handler."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request, Response

from booking_sandbox.mailchimp import errors, marks, members, merge_fields, root
from booking_sandbox.mailchimp.account import MailchimpAccount
from booking_sandbox.mailchimp.context import MailchimpCall
from booking_sandbox.routing import Router

if TYPE_CHECKING:
    from booking_sandbox.world import World

Handler = Callable[[MailchimpCall], Response]
PREFIX = "/mailchimp/3.0"
_ROUTER: Router[Handler] = Router([*root.ROUTES, *members.ROUTES, *marks.ROUTES, *merge_fields.ROUTES])


def account_of(world: World, request: Request) -> MailchimpAccount | None:
    """The account of a request's key: the password of Basic, under any user name, or a bearer token."""
    given = request.authorization
    key = None if given is None else given.password if given.type == "basic" else given.token
    return next((account for account in world.mailchimp.values() if key and account.key == key), None)


def answer(world: World, request: Request) -> Response:
    """Answer one call below ``/mailchimp``."""
    account = account_of(world, request)
    if account is None:
        return errors.key_invalid().answer()
    if world.open_calls["mailchimp", account.name] > world.knobs.mailchimp_simultaneous_calls:
        return errors.too_many()
    found = _ROUTER.match(request.method, request.path.removeprefix(PREFIX) or "/")
    if found is None or not request.path.startswith(PREFIX):
        return errors.not_found().answer()
    handler, args = found
    try:
        if request.method != "GET" and not account.may_write:
            raise errors.forbidden()
        return handler(MailchimpCall(world=world, request=request, account=account, args=args))
    except errors.MailchimpRefused as refused:
        return refused.answer()
