"""A HubSpot account in memory that answers through httpx's own seam, with faults laid in advance."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import httpx

from booking_app.crm.vendors.hubspot.client import HubSpot
from tests.crm.vendors.opening import opened

TOKEN = "pat-ap1-synthetic-token"
STANDARD = {"email", "firstname", "lastname", "phone", "mobilephone"}
Fault = Callable[["Account", httpx.Request], httpx.Response]


@dataclass
class Account:
    """One account's state; `faults` meet the next requests, one each, in order (None lets one pass)."""

    contacts: dict[str, dict[str, str]] = field(default_factory=dict)
    properties: dict[str, str] = field(default_factory=lambda: dict.fromkeys(STANDARD, "string"))
    lists: dict[str, list[str]] = field(default_factory=lambda: {"77": []})
    subscriptions: dict[str, str] = field(default_factory=dict)
    meeting_properties: list[dict[str, Any]] = field(default_factory=list)
    meetings: dict[str, dict[str, str]] = field(default_factory=dict)
    links: set[tuple[str, str]] = field(default_factory=set)
    has_left_all: bool = False
    faults: list[Fault | None] = field(default_factory=list)
    requests: list[tuple[str, str]] = field(default_factory=list)
    bodies: list[Any] = field(default_factory=list)
    tells_existing_id: bool = True

    def answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.raw_path.decode().partition("?")[0]
        self.requests.append((request.method, path))
        self.bodies.append(json.loads(request.content) if request.content else None)
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return problem(401, "INVALID_AUTHENTICATION", "Authentication credentials not found.")
        fault = self.faults.pop(0) if self.faults else None
        return fault(self, request) if fault else self.process(request)

    def process(self, request: httpx.Request) -> httpx.Response:
        path = request.url.raw_path.decode().partition("?")[0]
        body = json.loads(request.content) if request.content else None
        for method, pattern, answer in ROUTES:
            found = re.fullmatch(pattern, path)
            if method == request.method and found:
                return answer(self, [unquote(part) for part in found.groups()], body)
        return httpx.Response(404, html="<h1>Not found</h1>")

    def id_of(self, email: str) -> str | None:
        return next((key for key, values in self.contacts.items() if values["email"] == email.lower()), None)


def problem(status: int, category: str, message: str, **more: Any) -> httpx.Response:
    body = {"status": "error", "message": message, "correlationId": "c0ffee-1", "category": category, **more}
    return httpx.Response(status, json=body)


def client(account: Account, **settings: Any) -> HubSpot:
    http = httpx.Client(transport=httpx.MockTransport(account.answer))
    given: dict[str, Any] = {"token": TOKEN, "http": http, "monotonic": lambda: 100.0, **settings}
    vendor: HubSpot = opened("hubspot", base_url="https://hubspot.test", **given)
    return vendor


def lost_answer(account: Account, request: httpx.Request) -> httpx.Response:
    """Processed, but the connection drops before the answer."""
    account.process(request)
    raise httpx.ReadError("gone", request=request)


def never_connected(account: Account, request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectTimeout("no route", request=request)


def created_by_another(email: str) -> Fault:
    """Another worker creates the contact between our look and our create; the request itself is then processed."""

    def act(account: Account, request: httpx.Request) -> httpx.Response:
        answer = account.process(request)
        account.contacts["901"] = {"email": email, "firstname": "Earlier"}
        return answer

    return act


def answering(response: httpx.Response) -> Fault:
    return lambda _account, _request: response


def _refused_properties(account: Account, values: dict[str, str]) -> httpx.Response | None:
    unknown = [name for name in values if name not in account.properties]
    if unknown:
        errors = [
            {"message": f'Property "{name}" does not exist', "code": "PROPERTY_DOESNT_EXIST",
             "context": {"propertyName": [name]}}
            for name in unknown
        ]  # fmt: skip
        return problem(400, "VALIDATION_ERROR", "Property values were not valid", errors=errors)
    if "@" not in values.get("email", "@"):
        detail = [{"isValid": False, "message": "bad", "error": "INVALID_EMAIL", "name": "email"}]
        return problem(400, "VALIDATION_ERROR", f"Property values were not valid: {json.dumps(detail)}")
    return None


def _shown(account: Account, contact_id: str) -> dict[str, Any]:
    return {"id": contact_id, "properties": account.contacts[contact_id], "archived": False}


def _contact_id(account: Account, key: str) -> str | None:
    return key if key in account.contacts else account.id_of(key)


def _missing() -> httpx.Response:
    return problem(404, "OBJECT_NOT_FOUND", "Object not found")


def _get(account: Account, parts: list[str], _body: Any) -> httpx.Response:
    contact_id = _contact_id(account, parts[0])
    return httpx.Response(200, json=_shown(account, contact_id)) if contact_id else _missing()


def _patch(account: Account, parts: list[str], body: Any) -> httpx.Response:
    contact_id = _contact_id(account, parts[0])
    if contact_id is None:
        return _missing()
    refused = _refused_properties(account, body["properties"])
    if refused is None:
        account.contacts[contact_id] |= body["properties"]
    return refused or httpx.Response(200, json=_shown(account, contact_id))


def _post(account: Account, _parts: list[str], body: Any) -> httpx.Response:
    values = body["properties"]
    refused = _refused_properties(account, values)
    if refused:
        return refused
    existing = account.id_of(values["email"])
    if existing:
        told = f" Existing ID: {existing}" if account.tells_existing_id else ""
        return problem(409, "CONFLICT", f"Contact already exists.{told}")
    contact_id = str(501 + len(account.contacts))
    account.contacts[contact_id] = {**values, "email": values["email"].lower()}
    return httpx.Response(201, json=_shown(account, contact_id))


def _add_to_list(account: Account, parts: list[str], body: Any) -> httpx.Response:
    if parts[0] not in account.lists:
        return problem(404, "OBJECT_NOT_FOUND", "List does not exist")
    account.lists[parts[0]] = list(dict.fromkeys([*account.lists[parts[0]], *body]))
    return httpx.Response(200, json={"recordIdsAdded": body})


def _properties(account: Account, _parts: list[str], _body: Any) -> httpx.Response:
    return httpx.Response(200, json={"results": [{"name": n, "type": t} for n, t in account.properties.items()]})


def _make_property(account: Account, _parts: list[str], body: Any) -> httpx.Response:
    if body["name"] in account.properties:
        return problem(409, "CONFLICT", "Property exists")
    account.properties[body["name"]] = body["type"]
    return httpx.Response(201, json=body)


def _meeting_properties(account: Account, _parts: list[str], _body: Any) -> httpx.Response:
    return httpx.Response(200, json={"results": account.meeting_properties})


def _make_meeting_property(account: Account, _parts: list[str], body: Any) -> httpx.Response:
    account.meeting_properties.append(body)
    return httpx.Response(201, json=body)


def _upsert_meeting(account: Account, _parts: list[str], body: Any) -> httpx.Response:
    (entry,) = body["inputs"]
    if entry["idProperty"] not in {row["name"] for row in account.meeting_properties}:
        return problem(400, "VALIDATION_ERROR", f"{entry['idProperty']} is not a unique property")
    meeting = account.meetings.setdefault(entry["id"], {"id": str(801 + len(account.meetings))})
    meeting.update(entry["properties"])
    return httpx.Response(200, json={"status": "COMPLETE", "results": [{"id": meeting["id"]}]})


def _change_meeting(account: Account, parts: list[str], body: Any) -> httpx.Response:
    if parts[0] not in account.meetings:
        return _missing()
    account.meetings[parts[0]].update(body["properties"])
    return httpx.Response(200, json={"id": account.meetings[parts[0]]["id"]})


def _link_meeting(account: Account, parts: list[str], _body: Any) -> httpx.Response:
    account.links.add((parts[0], parts[1]))
    return httpx.Response(200, json={"status": "COMPLETE"})


def _details(_account: Account, _parts: list[str], _body: Any) -> httpx.Response:
    details = {"portalId": 4711, "timeZone": "Australia/Sydney", "dataHostingLocation": "ap1", "uiDomain": "x"}
    return httpx.Response(200, json=details)


def _contacts(account: Account, _parts: list[str], _body: Any) -> httpx.Response:
    return httpx.Response(200, json={"results": [_shown(account, key) for key in list(account.contacts)[:1]]})


def _statuses(account: Account, parts: list[str], _body: Any) -> httpx.Response:
    status = account.subscriptions.get(parts[0], "NOT_SPECIFIED")
    return httpx.Response(200, json={"results": [{"subscriptionId": 9, "status": status}]})


def _left_all(account: Account, _parts: list[str], _body: Any) -> httpx.Response:
    rows = [{"status": "UNSUBSCRIBED", "wideStatusType": "PORTAL_WIDE"}] if account.has_left_all else []
    return httpx.Response(200, json={"results": rows})


def _definitions(_account: Account, _parts: list[str], _body: Any) -> httpx.Response:
    return httpx.Response(200, json={"results": [{"id": "9", "name": "News"}]})


def _set_status(account: Account, parts: list[str], body: Any) -> httpx.Response:
    account.subscriptions[parts[0]] = body["statusState"]
    return httpx.Response(200, json={"status": body["statusState"]})


ROUTES = (
    ("GET", r"/account-info/2026-09/details", _details),
    ("GET", r"/crm/objects/2026-09/contacts", _contacts),
    ("POST", r"/crm/objects/2026-09/contacts", _post),
    ("GET", r"/crm/objects/2026-09/contacts/([^/]+)", _get),
    ("PATCH", r"/crm/objects/2026-09/contacts/([^/]+)", _patch),
    ("PUT", r"/crm/lists/2026-09/([^/]+)/memberships/add", _add_to_list),
    ("GET", r"/crm/properties/2026-09/contacts", _properties),
    ("POST", r"/crm/properties/2026-09/contacts/groups", lambda *_: httpx.Response(201, json={})),
    ("POST", r"/crm/properties/2026-09/contacts", _make_property),
    ("POST", r"/crm/objects/2026-09/meetings/batch/upsert", _upsert_meeting),
    ("PATCH", r"/crm/objects/2026-09/meetings/([^/]+)", _change_meeting),
    ("PUT", r"/crm/objects/2026-09/meetings/([^/]+)/associations/default/contacts/([^/]+)", _link_meeting),
    ("GET", r"/crm/properties/2026-09/meetings", _meeting_properties),
    ("POST", r"/crm/properties/2026-09/meetings/groups", lambda *_: httpx.Response(201, json={})),
    ("POST", r"/crm/properties/2026-09/meetings", _make_meeting_property),
    ("GET", r"/communication-preferences/2026-09/definitions", _definitions),
    ("GET", r"/communication-preferences/2026-09/statuses/([^/]+)/unsubscribe-all", _left_all),
    ("GET", r"/communication-preferences/2026-09/statuses/([^/]+)", _statuses),
    ("POST", r"/communication-preferences/2026-09/statuses/([^/]+)", _set_status),
)
