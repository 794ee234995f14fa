"""Cliniko as a whole: who is calling, how often, and which handler answers."""

from __future__ import annotations

import base64
import binascii
import math
import re
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request, Response

from booking_sandbox.account import Account
from booking_sandbox.cliniko import (
    answers,
    appointment_types,
    attendees,
    available_times,
    bookings,
    businesses,
    concession_types,
    daily_availabilities,
    group_appointments,
    individual_appointments,
    invoices,
    patient_attachments,
    patient_form_templates,
    patient_forms,
    patients,
    practitioners,
    price_list,
    referral_sources,
    services,
    settings,
    signatures,
    unavailable_blocks,
    users,
)
from booking_sandbox.cliniko.answers import NotFound, Refused
from booking_sandbox.cliniko.context import ClinikoCall
from booking_sandbox.routing import Router

if TYPE_CHECKING:
    from booking_sandbox.world import World

Handler = Callable[[ClinikoCall], Response]
_NOUNS = (
    settings,
    users,
    businesses,
    practitioners,
    appointment_types,
    services,
    price_list,
    daily_availabilities,
    available_times,
    patients,
    referral_sources,
    concession_types,
    individual_appointments,
    group_appointments,
    attendees,
    unavailable_blocks,
    bookings,
    patient_form_templates,
    patient_forms,
    signatures,
    patient_attachments,
    invoices,
)
_ROUTER: Router[Handler] = Router(route for noun in _NOUNS for route in noun.ROUTES)
_SHARD = re.compile(r"-([a-z]{2}\d{1,2})$", re.IGNORECASE)
_USER_AGENT = re.compile(r".+ \(\S+@\S+\.\S+\)")


def owner_of(world: World, request: Request) -> tuple[Account, str] | None:
    """The account and user a request's key belongs to; None for a bad key or one of another shard."""
    key = _key(request)
    shard = _SHARD.search(key)
    body = _SHARD.sub("", key)
    for account in world.accounts.values():
        if body in account.keys and (shard is None or shard[1].lower() == account.shard):
            return account, account.keys[body]
    return None


def _key(request: Request) -> str:
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(encoded, validate=True).decode().partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        return ""


def answer(world: World, request: Request) -> Response:
    """Answer one call below ``/v1``."""
    response = _answer(world, request)
    response.headers["X-Request-Id"] = str(uuid.uuid4())
    return response


def _answer(world: World, request: Request) -> Response:
    owner = owner_of(world, request)
    if owner is None:
        return answers.access_denied()
    if world.knobs.strict_user_agent and not _USER_AGENT.fullmatch(request.headers.get("User-Agent", "")):
        return answers.as_json({"message": "A User-Agent with a name and a contact e-mail is required."}, 403)
    ends = world.rates.count(f"cliniko:{owner[1]}", world.knobs.rate_limit_per_minute)
    if ends is not None:
        return too_many(ends)
    found = _ROUTER.match(request.method, request.path.removeprefix("/v1"))
    if found is None:
        return answers.html_not_found()
    if _is_form_with_phones(request):
        return answers.as_json({"status": "500", "error": "Internal Server Error"}, 500)
    handler, args = found
    call = ClinikoCall(world=world, request=request, account=owner[0], user_id=owner[1], args=args)
    try:
        return handler(call)
    except NotFound as refused:
        return Response(b"", 404) if world.knobs.not_found_body == "empty" else refused.answer()
    except Refused as refused:
        return refused.answer()


def too_many(reset_at: float) -> Response:
    """429 with the epoch second at which calls are welcome again."""
    response = answers.as_json({"message": "Too many requests"}, 429)
    response.headers["X-RateLimit-Reset"] = str(math.ceil(reset_at))
    return response


def _is_form_with_phones(request: Request) -> bool:
    form_encoded = (request.content_type or "").startswith("application/x-www-form-urlencoded")
    return form_encoded and b"patient_phone_numbers" in request.get_data()
