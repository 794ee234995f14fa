"""Whose key it is, whether the service is well, and which audiences there are."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from booking_sandbox.mailchimp.audience import Audience
from booking_sandbox.mailchimp.context import MailchimpCall


def whoami(call: MailchimpCall) -> Response:
    """The account of the key."""
    return call.shown(
        {
            "account_id": call.account.account_id,
            "login_id": "7001",
            "account_name": f"Sandbox {call.account.name}",
            "email": "owner@example.com",
            "role": "owner" if call.account.may_write else "viewer",
            "pricing_plan_type": "forever_free",
            "account_timezone": "Australia/Adelaide",
            "contact": {"company": "Sandbox", "city": "Adelaide", "country": "AU"},
            "total_subscribers": sum(len(audience.members) for audience in call.account.audiences.values()),
            "_links": [],
        }
    )


def ping(call: MailchimpCall) -> Response:
    """Alive."""
    return call.shown({"health_status": "Everything's Chimpy!"})


def lists(call: MailchimpCall) -> Response:
    """The audiences."""
    rows = [_list(audience) for audience in call.account.audiences.values()]
    return call.shown({"lists": rows, "total_items": len(rows), "_links": []})


def one_list(call: MailchimpCall) -> Response:
    """One audience."""
    return call.shown(_list(call.audience))


def _list(audience: Audience) -> dict[str, Any]:
    return {
        "id": audience.id,
        "name": audience.name,
        "double_optin": True,
        "marketing_permissions": False,
        "stats": {"member_count": len(audience.members)},
        "_links": [],
    }


ROUTES = [
    ("GET", "/", whoami),
    ("GET", "/ping", ping),
    ("GET", "/lists", lists),
    ("GET", "/lists/<list_id>", one_list),
]
