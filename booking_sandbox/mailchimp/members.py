"""Members: written by the MD5 of their address, in six states that a careless write would confuse."""

from __future__ import annotations

import re
from typing import Any

from werkzeug.wrappers import Response

from booking_sandbox.mailchimp import errors, merge_values
from booking_sandbox.mailchimp.audience import BY_ADMIN, STATUSES, Audience, Member
from booking_sandbox.mailchimp.context import MailchimpCall

_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
FAKE_DOMAINS = {"fake.example", "example.invalid"}
_KEPT = ("ip_signup", "timestamp_signup", "ip_opt", "timestamp_opt", "language", "vip", "interests")


def show(call: MailchimpCall) -> Response:
    """One member, archived ones too."""
    return call.shown(_document(call.audience, call.member))


def put(call: MailchimpCall) -> Response:
    """Add or change a member; ``status_if_new`` counts for those who are not there."""
    body, audience = call.members_of_body(), call.audience
    _check_shape(body, required=("email_address", "status_if_new"))
    member = audience.find(call.args["key"])
    if member is None:
        return _added(call, body, body["status_if_new"])
    _check_values(call, body, before=member.merge_fields)
    if member.status == "archived" and "status" not in body and call.world.knobs.mailchimp_archived_put == "revive":
        _move(member, body["status_if_new"])
    return _changed(call, member, body)


def create(call: MailchimpCall) -> Response:
    """Add a member; one who is there is a 400."""
    body = call.members_of_body()
    _check_shape(body, required=("email_address", "status"))
    return _added(call, body, body["status"])


def patch(call: MailchimpCall) -> Response:
    """Change a member."""
    body, member = call.members_of_body(), call.member
    _check_shape(body, required=())
    if body.get("status") == "transactional":
        raise errors.not_validated([_no_choice("status")])
    _check_values(call, body, before=member.merge_fields)
    return _changed(call, member, body)


def archive(call: MailchimpCall) -> Response:
    """Take a member off the audience; they can be found as archived."""
    call.member.status = "archived"
    return errors.nothing()


def delete_for_good(call: MailchimpCall) -> Response:
    """Forget a member; they can only come back through a form of Mailchimp's."""
    call.audience.forget(call.member.email)
    return errors.nothing()


def _added(call: MailchimpCall, body: dict[str, Any], status: str) -> Response:
    email, audience = str(body["email_address"]).strip(), call.audience
    if audience.find(email):
        raise errors.member_exists(email)
    _check_address(audience, email)
    _check_values(call, body, before={})
    member = Member(email, "transactional", audience.new_number())
    _move(member, body.get("status", status))
    audience.members[member.id] = member
    return _changed(call, member, {name: value for name, value in body.items() if name != "status"})


def _changed(call: MailchimpCall, member: Member, body: dict[str, Any]) -> Response:
    if "status" in body:
        if body["status"] == "subscribed" and member.is_locked:
            raise errors.in_compliance_state(member.email)
        _move(member, body["status"])
    known = {tag: value for tag, value in body.get("merge_fields", {}).items() if tag in call.audience.fields}
    member.merge_fields |= known
    member.more |= {name: body[name] for name in _KEPT if name in body}
    member.more["last_changed"] = call.now()
    return call.shown(_document(call.audience, member))


def _move(member: Member, status: str) -> None:
    """A caller sets a status. Nobody is asked whether the member agrees: that is the trap."""
    if status == "pending" and member.status != "pending":
        member.confirmations_sent += 1
    if status == "unsubscribed" and member.status != "unsubscribed":
        member.unsubscribe_reason = BY_ADMIN
    member.status = status


def _check_shape(body: dict[str, Any], *, required: tuple[str, ...]) -> None:
    faults = [{"field": name, "message": "This value should not be blank."} for name in required if not body.get(name)]
    faults += [_no_choice(name) for name in ("status", "status_if_new") if body.get(name, "pending") not in STATUSES]
    if not isinstance(body.get("merge_fields", {}), dict):
        faults.append({"field": "merge_fields", "message": "Schema describes object, array found instead"})
    if faults:
        raise errors.not_validated(faults)


def _no_choice(name: str) -> dict[str, str]:
    return {"field": name, "message": f"Value must be one of: {', '.join(STATUSES)}"}


def _check_address(audience: Audience, email: str) -> None:
    if not _EMAIL.fullmatch(email):
        raise errors.invalid("Please provide a valid email address.")
    if email.lower() in audience.forgotten:
        raise errors.forgotten(email)
    if email.rpartition("@")[2].lower() in FAKE_DOMAINS:
        raise errors.invalid(f"{email} looks fake or invalid, please enter a real email address.")
    if email.lower() in audience.paused_signups:
        reason = "has signed up to a lot of lists very recently; we're not allowing more signups for now"
        raise errors.invalid(f"{email} {reason}")


def _check_values(call: MailchimpCall, body: dict[str, Any], *, before: dict[str, Any]) -> None:
    values = body.get("merge_fields", {})
    faults = merge_values.problems(call.audience, values)
    if call.request.args.get("skip_merge_validation") != "true":
        faults += merge_values.missing(call.audience, {**before, **values})
    if faults:
        raise errors.merge_fields_invalid(faults)


def _document(audience: Audience, member: Member) -> dict[str, Any]:
    values = {tag: member.merge_fields.get(tag, definition["default_value"]) for tag, definition in
              audience.fields.items()}  # fmt: skip
    reason = {"unsubscribe_reason": member.unsubscribe_reason} if member.status == "unsubscribed" else {}
    return {
        "id": member.id,
        "email_address": member.email,
        "unique_email_id": f"{member.number:010x}",
        "contact_id": member.contact_id,
        "full_name": f"{values.get('FNAME', '')} {values.get('LNAME', '')}".strip(),
        "web_id": 700_000 + member.number,
        "email_type": "html",
        "status": member.status,
        **reason,
        "consents_to_one_to_one_messaging": True,
        "merge_fields": values,
        "ip_signup": "", "timestamp_signup": "", "ip_opt": "", "language": "", "vip": False,
        **member.more,
        "tags_count": len(member.tags),
        "tags": [{"id": number, "name": name} for name, number in member.tags.items()],
        "list_id": audience.id,
        "_links": [],
    }  # fmt: skip


ROUTES = [
    ("POST", "/lists/<list_id>/members", create),
    ("GET", "/lists/<list_id>/members/<key>", show),
    ("PUT", "/lists/<list_id>/members/<key>", put),
    ("PATCH", "/lists/<list_id>/members/<key>", patch),
    ("DELETE", "/lists/<list_id>/members/<key>", archive),
    ("POST", "/lists/<list_id>/members/<key>/actions/delete-permanent", delete_for_good),
]
