"""Communication preferences. Writing SUBSCRIBED over UNSUBSCRIBED does resubscribe, and says so."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from booking_sandbox.hubspot import errors
from booking_sandbox.hubspot.context import HubspotCall
from booking_sandbox.hubspot.errors import as_json

_SCOPE = "communication_preferences.read_write"
_STATES = ("SUBSCRIBED", "UNSUBSCRIBED", "NOT_SPECIFIED")
_BASES = (
    "LEGITIMATE_INTEREST_PQL",
    "LEGITIMATE_INTEREST_CLIENT",
    "LEGITIMATE_INTEREST_OTHER",
    "PERFORMANCE_OF_CONTRACT",
    "CONSENT_WITH_NOTICE",
    "PROCESS_AND_STORE",
    "NON_GDPR",
)


def definitions(call: HubspotCall) -> Response:
    """The subscription types."""
    call.need(_SCOPE)
    rows = [
        {
            "id": str(number),
            "name": name,
            "description": name,
            "isActive": True,
            "isDefault": False,
            "isInternal": False,
            "purpose": "Marketing",
            "communicationMethod": "Email",
            "createdAt": call.now(),
            "updatedAt": call.now(),
        }
        for number, name in call.portal.subscriptions.items()
    ]
    return as_json({"status": "COMPLETE", "results": rows, "startedAt": call.now(), "completedAt": call.now()})


def statuses(call: HubspotCall) -> Response:
    """What one address is subscribed to."""
    call.need(_SCOPE)
    _check_channel(call, call.request.args.get("channel"))
    email = call.args["email"].lower()
    return _answer(call, [_status(call, email, number) for number in call.portal.subscriptions])


def _check_channel(call: HubspotCall, channel: object) -> None:
    if channel != "EMAIL":
        raise errors.bad_input("channel must be EMAIL")


def _status(call: HubspotCall, email: str, number: int, **more: Any) -> dict[str, Any]:
    kept = call.portal.statuses.get((email, number), {})
    status = "UNSUBSCRIBED" if email in call.portal.opted_out else kept.get("status", "NOT_SPECIFIED")
    return {
        "channel": "EMAIL",
        "subscriberIdString": email,
        "subscriptionId": number,
        "subscriptionName": call.portal.subscriptions[number],
        "legalBasis": kept.get("legalBasis"),
        "legalBasisExplanation": kept.get("legalBasisExplanation"),
        "source": kept.get("source"),
        "timestamp": kept.get("timestamp"),
        "status": status,
        **more,
    }


def _answer(call: HubspotCall, rows: list[dict[str, Any]]) -> Response:
    return as_json({"status": "COMPLETE", "results": rows, "startedAt": call.now(), "completedAt": call.now()})


def set_status(call: HubspotCall) -> Response:
    """Write one status. No guard stands between an opt-out and SUBSCRIBED: the caller has to look first."""
    call.need(_SCOPE)
    body, email = call.members(), call.args["email"].lower()
    _check_channel(call, body.get("channel"))
    number = body.get("subscriptionId")
    if not isinstance(number, int) or number not in call.portal.subscriptions:
        raise errors.bad_input("subscriptionId names no subscription")
    if body.get("statusState") not in _STATES or body.get("legalBasis") not in (None, *_BASES):
        raise errors.bad_input("statusState or legalBasis is not one of the allowed values")
    before = _status(call, email, number)["status"]
    again = before == "UNSUBSCRIBED" and body["statusState"] == "SUBSCRIBED"
    if again:
        call.portal.opted_out.discard(email)
    call.portal.statuses[email, number] = {
        "status": body["statusState"],
        "legalBasis": body.get("legalBasis"),
        "legalBasisExplanation": body.get("legalBasisExplanation"),
        "source": "API",
        "timestamp": call.now(),
        "resubscribed": again,
    }
    reason = "RESUBSCRIBE_OCCURRED" if again else "UPDATED" if before != body["statusState"] else "NO_STATUS_CHANGE"
    return _answer(call, [_status(call, email, number, setStatusSuccessReason=reason)])


def unsubscribed_from_all(call: HubspotCall) -> Response:
    """Whether an address has opted out of everything."""
    call.need(_SCOPE)
    _check_channel(call, call.request.args.get("channel"))
    email = call.args["email"].lower()
    status = "UNSUBSCRIBED" if email in call.portal.opted_out else "NOT_SPECIFIED"
    row = {"channel": "EMAIL", "subscriberIdString": email, "wideStatusType": "PORTAL_WIDE", "status": status}
    return _answer(call, [row])


def unsubscribe_from_all(call: HubspotCall) -> Response:
    """Opt an address out of everything."""
    call.need(_SCOPE)
    email = call.args["email"].lower()
    call.portal.opted_out.add(email)
    row = {"channel": "EMAIL", "subscriberIdString": email, "wideStatusType": "PORTAL_WIDE", "status": "UNSUBSCRIBED"}
    return _answer(call, [row])


ROUTES = [
    ("GET", "/definitions", definitions),
    ("GET", "/statuses/<email>", statuses),
    ("POST", "/statuses/<email>", set_status),
    ("GET", "/statuses/<email>/unsubscribe-all", unsubscribed_from_all),
    ("POST", "/statuses/<email>/unsubscribe-all", unsubscribe_from_all),
]
