"""The receiver as a whole: which endpoint, is the message to be believed, and what to answer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request, Response

from booking_sandbox.clock import epoch
from booking_sandbox.instants import as_text
from booking_sandbox.webhooks.endpoint import Endpoint
from booking_sandbox.webhooks.verification import MessageRefused, verify

if TYPE_CHECKING:
    from booking_sandbox.world import World

LARGEST_MESSAGE = 20_000


def endpoint_of(world: World, request: Request) -> Endpoint | None:
    """The endpoint of ``/webhooks/<name>``."""
    return world.webhooks.get(request.path.removeprefix("/webhooks/"))


def answer(world: World, request: Request) -> Response:
    """Verify and keep one message."""
    endpoint = endpoint_of(world, request)
    if endpoint is None or request.method != "POST":
        return _json({"error": "there is no such endpoint"}, 404)
    body = request.get_data()
    try:
        message_id = verify(request.headers, body, secrets=endpoint.secrets, now=epoch())
        payload = _payload(body)
    except MessageRefused as refused:
        endpoint.refused.append(str(refused))
        return _json({"error": str(refused)}, refused.status)
    endpoint.keep(message_id, payload, at=as_text(world.clock.now()))
    return Response("", endpoint.status, headers=endpoint.headers)


def _payload(body: bytes) -> dict[str, Any]:
    if len(body) > LARGEST_MESSAGE:
        raise MessageRefused("message too large", 413)
    try:
        payload = json.loads(body)
    except ValueError as error:
        raise MessageRefused("body is no JSON", 400) from error
    if not isinstance(payload, dict) or not {"type", "timestamp", "data"} <= payload.keys():
        raise MessageRefused("type, timestamp and data are needed", 400)
    return payload


def _json(body: Any, status: int) -> Response:
    return Response(json.dumps(body), status, content_type="application/json")
