"""The account itself, its statement, its events, and where it reports."""

from __future__ import annotations

import secrets

from werkzeug.wrappers import Response

from booking_sandbox.stripe import errors
from booking_sandbox.stripe.account import Object
from booking_sandbox.stripe.context import StripeCall, required, whole
from booking_sandbox.stripe.errors import as_json, no_such
from booking_sandbox.stripe.intents import charge_json

MOST = 100
EVENT_DAYS = 30


def account(call: StripeCall) -> Response:
    """Who the key belongs to."""
    call.query()
    mine = call.account
    return as_json(
        {
            "id": mine.account_id, "object": "account", "country": mine.country, "default_currency": mine.currency,
            "charges_enabled": mine.charges_enabled, "capabilities": {"afterpay_clearpay_payments": mine.afterpay},
            "business_profile": {"name": mine.name},
        }
    )  # fmt: skip


def _page(call: StripeCall, rows: list[Object], query: dict[str, str]) -> Response:
    """A page of rows, newest first; ``starting_after`` names the last row of the page before."""
    limit = whole(query, "limit") if "limit" in query else 10
    if not 1 <= limit <= MOST:
        raise errors.invalid_parameter("limit", "must be between 1 and 100")
    newest = list(reversed(rows))
    ids = [row["id"] for row in newest]
    start = ids.index(query["starting_after"]) + 1 if query.get("starting_after") in ids else 0
    data = newest[start : start + limit]
    return as_json({"object": "list", "data": data, "has_more": len(newest) > start + limit})


def transactions(call: StripeCall) -> Response:
    """The account's statement; ``expand[]=data.source`` brings along what each line is about."""
    query = call.query("created[gte]", "created[lt]", "limit", "starting_after", "expand[]")
    first, last = int(query.get("created[gte]", 0)), int(query.get("created[lt]", 1 << 40))
    rows = [dict(row) for row in call.account.transactions if first <= row["created"] < last]
    if query.get("expand[]") == "data.source":
        for row in rows:
            row["source"] = _source(call, str(row["source"]))
    return _page(call, rows, query)


def _source(call: StripeCall, source: str) -> Object:
    mine = call.account
    if source in mine.charges:
        return charge_json(mine.charges[source])
    return mine.refunds.get(source) or {"id": source, "object": "dispute"}


def events(call: StripeCall) -> Response:
    """What happened within the last thirty days, newest first."""
    query = call.query("types[]", "created[gte]", "limit", "starting_after")
    first = max(int(query.get("created[gte]", 0)), call.now() - EVENT_DAYS * 86400)
    kinds = call.request.args.getlist("types[]")
    rows = [one for one in call.account.events if one["created"] >= first and (not kinds or one["type"] in kinds)]
    return _page(call, rows, query)


def add_endpoint(call: StripeCall) -> Response:
    """Somebody wants to be told; the secret is in this answer and never again."""
    call.need("webhook_endpoints")
    kinds = call.request.form.getlist("enabled_events[]") or [
        value for name, value in call.request.form.items() if name.startswith("enabled_events[")
    ]
    url = required(call.request.form.to_dict(), "url")
    if not kinds:
        raise errors.missing_parameter("enabled_events")
    secret = f"whsec_{secrets.token_hex(16)}"
    endpoint: Object = {
        "id": call.account.new_id("we"), "object": "webhook_endpoint", "url": url, "enabled_events": kinds,
        "status": "enabled", "livemode": call.account.is_live, "_secret": secret,
    }  # fmt: skip
    call.account.endpoints[endpoint["id"]] = endpoint
    return as_json({**{name: value for name, value in endpoint.items() if name != "_secret"}, "secret": secret})


def remove_endpoint(call: StripeCall) -> Response:
    if call.account.endpoints.pop(call.args["id"], None) is None:
        raise no_such("webhook endpoint", call.args["id"])
    return as_json({"id": call.args["id"], "object": "webhook_endpoint", "deleted": True})


ROUTES = [
    ("GET", "/v1/account", account),
    ("GET", "/v1/balance_transactions", transactions),
    ("GET", "/v1/events", events),
    ("POST", "/v1/webhook_endpoints", add_endpoint),
    ("DELETE", "/v1/webhook_endpoints/<id>", remove_endpoint),
]
