"""Xero's identity service: the authorise page, tokens that rotate, and which organisations a token reaches."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from booking_sandbox.clock import epoch
from booking_sandbox.xero.organisation import Organisation, new_id

if TYPE_CHECKING:
    from booking_sandbox.world import World

CODE_SECONDS, ACCESS_SECONDS, GRACE_SECONDS = 300.0, 1800.0, 1800.0
KNOWN_SCOPES = {
    "openid", "profile", "email", "offline_access", "accounting.contacts", "accounting.contacts.read",
    "accounting.invoices", "accounting.invoices.read", "accounting.payments", "accounting.payments.read",
    "accounting.settings", "accounting.settings.read", "accounting.banktransactions", "accounting.manualjournals",
}  # fmt: skip


@dataclass
class Grant:
    """What a person has allowed an app: the organisations and scopes, and the refresh tokens of its line."""

    client_id: str
    tenants: tuple[str, ...]
    scopes: tuple[str, ...]
    event_id: str = field(default_factory=new_id)
    refresh_token: str = ""
    previous_token: str = ""
    previous_until: float = 0.0
    is_revoked: bool = False


@dataclass
class Identity:
    """Apps, codes and tokens. `moved` seconds are added to the time, so that a test need not wait for an end."""

    organisations: dict[str, Organisation]
    apps: dict[str, str] = field(default_factory=dict)  # client id -> secret
    custom_apps: dict[str, str] = field(default_factory=dict)  # client id -> its one organisation
    codes: dict[str, dict[str, Any]] = field(default_factory=dict)
    access: dict[str, tuple[Grant, float]] = field(default_factory=dict)
    grants: list[Grant] = field(default_factory=list)
    connection_ids: dict[str, str] = field(default_factory=dict)
    moved: float = 0.0
    refreshes: int = 0
    same_successor: bool = True

    def now(self) -> float:
        """The seconds that tokens are measured by."""
        return epoch() + self.moved

    def grant_of(self, token: str) -> Grant | None:
        """The grant behind a good access token."""
        found = self.access.get(token)
        if found is None or found[1] < self.now() or found[0].is_revoked:
            return None
        return found[0]


def authorise(world: World, request: Request) -> Response:
    """The page on which a person chooses an organisation and allows the app; its form posts to the same address."""
    identity, asked = world.xero, request.values
    problem = _problem(identity, asked)
    if problem == "unknown_app":
        return Response("<h1>Sorry, something went wrong</h1>", 400, content_type="text/html")
    if problem:
        return _back(asked["redirect_uri"], error=problem, state=asked.get("state", ""))
    if request.method == "GET":
        return Response(_page(identity, request), content_type="text/html; charset=utf-8")
    if request.form.get("decision") != "allow":
        return _back(asked["redirect_uri"], error="access_denied", state=asked.get("state", ""))
    code = secrets.token_urlsafe(24)
    identity.codes[code] = {
        "client_id": asked["client_id"],
        "redirect_uri": asked["redirect_uri"],
        "challenge": asked.get("code_challenge", ""),
        "scopes": tuple(asked["scope"].split()),
        "tenants": tuple(request.form.getlist("tenant")),
        "until": identity.now() + CODE_SECONDS,
    }
    return _back(asked["redirect_uri"], code=code, scope=asked["scope"], state=asked.get("state", ""))


def _problem(identity: Identity, asked: Any) -> str | None:
    address = urlsplit(asked.get("redirect_uri", ""))
    is_local = address.scheme == "http" and address.hostname == "localhost"
    if asked.get("client_id") not in identity.apps or not (address.scheme == "https" or is_local):
        return "unknown_app"
    if asked.get("response_type") != "code":
        return "unsupported_response_type"
    unknown = set(asked.get("scope", "").split()) - KNOWN_SCOPES
    return "invalid_scope" if unknown or not asked.get("scope") else None


def _page(identity: Identity, request: Request) -> str:
    hidden = "".join(
        f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">'
        for name, value in request.args.items()
    )
    boxes = "".join(
        f'<p><label><input type="checkbox" name="tenant" value="{one.tenant_id}"'
        f"{' checked' if place == 0 else ''}> {html.escape(one.name)}</label></p>"
        for place, one in enumerate(identity.organisations.values())
    )
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Simulated Xero</title></head>'
        "<body><main><h1>Allow access to your organisation data</h1><p>A simulation; nothing here is real.</p>"
        f'<form method="post" action="{html.escape(request.path)}">{hidden}{boxes}'
        '<p><button name="decision" value="allow">Allow access</button> '
        '<button name="decision" value="deny">Cancel</button></p></form></main></body></html>'
    )


def _back(address: str, **values: str) -> Response:
    return redirect(f"{address}?{urlencode(values)}", 302)


def token(world: World, request: Request) -> Response:
    """Codes and refresh tokens in, a pair out. The refresh token before the last is good for half an hour more."""
    identity, form = world.xero, request.form
    given = request.authorization
    client_id = given.username if given is not None and given.type == "basic" else form.get("client_id")
    secret = given.password if given is not None and given.type == "basic" else None
    if client_id not in identity.apps or secret != identity.apps[client_id]:
        return _json({"error": "invalid_client"}, 400)
    kind = form.get("grant_type")
    if kind == "authorization_code":
        return _for_code(identity, client_id, form)
    if kind == "refresh_token":
        return _for_refresh(identity, client_id, form.get("refresh_token", ""))
    if kind == "client_credentials" and client_id in identity.custom_apps:
        grant = Grant(client_id, (identity.custom_apps[client_id],), tuple(form.get("scope", "").split()))
        return _json(_pair(identity, grant, with_refresh=False), 200)
    return _json({"error": "unsupported_grant_type" if kind != "client_credentials" else "unauthorized_client"}, 400)


def _for_code(identity: Identity, client_id: str, form: Any) -> Response:
    found = identity.codes.pop(form.get("code", ""), None)
    if found is None or found["until"] < identity.now() or found["client_id"] != client_id:
        return _json({"error": "invalid_grant"}, 400)
    if found["redirect_uri"] != form.get("redirect_uri"):
        return _json({"error": "invalid_grant"}, 400)
    if found["challenge"] and found["challenge"] != challenge_of(form.get("code_verifier", "")):
        return _json({"error": "invalid_grant"}, 400)
    grant = Grant(client_id, found["tenants"], found["scopes"])
    identity.grants.append(grant)
    for tenant_id in grant.tenants:
        identity.connection_ids.setdefault(tenant_id, new_id())
        identity.organisations[tenant_id].is_disconnected = False
    return _json(_pair(identity, grant, with_refresh="offline_access" in grant.scopes), 200)


def _for_refresh(identity: Identity, client_id: str, given: str) -> Response:
    for grant in identity.grants:
        if grant.client_id != client_id or grant.is_revoked or not given:
            continue
        if given == grant.refresh_token:
            identity.refreshes += 1
            return _json(_pair(identity, grant, with_refresh=True), 200)
        if given == grant.previous_token and identity.now() < grant.previous_until:
            identity.refreshes += 1
            return _json(_pair(identity, grant, with_refresh=True, again=identity.same_successor), 200)
    return _json({"error": "invalid_grant"}, 400)


def _pair(identity: Identity, grant: Grant, *, with_refresh: bool, again: bool = False) -> dict[str, Any]:
    access = secrets.token_urlsafe(32)
    identity.access[access] = (grant, identity.now() + ACCESS_SECONDS)
    pair = {
        "access_token": access,
        "expires_in": int(ACCESS_SECONDS),
        "token_type": "Bearer",
        "scope": " ".join(grant.scopes),
    }
    if with_refresh:
        if not again:
            grant.previous_token, grant.previous_until = grant.refresh_token, identity.now() + GRACE_SECONDS
            grant.refresh_token = secrets.token_urlsafe(32)
        pair["refresh_token"] = grant.refresh_token
    return pair


def revoke(world: World, request: Request) -> Response:
    """Ends a refresh token and every connection of it; an unknown token is answered alike."""
    for grant in world.xero.grants:
        if request.form.get("token") in (grant.refresh_token, grant.previous_token):
            grant.is_revoked = True
    return Response("", 200)


def connections(world: World, request: Request, grant: Grant) -> Response:
    """The organisations that the token reaches."""
    identity = world.xero
    rows = [
        {
            "id": identity.connection_ids[tenant_id],
            "authEventId": grant.event_id,
            "tenantId": tenant_id,
            "tenantType": "ORGANISATION",
            "tenantName": identity.organisations[tenant_id].name,
            "createdDateUtc": "2026-11-01T00:00:00.0000000",
            "updatedDateUtc": "2026-11-01T00:00:00.0000000",
        }
        for tenant_id in grant.tenants
        if not identity.organisations[tenant_id].is_disconnected
    ]
    return _json(rows, 200)


def disconnect(world: World, connection_id: str) -> Response:
    """Takes the app out of an organisation."""
    for tenant_id, each in world.xero.connection_ids.items():
        if each == connection_id:
            world.xero.organisations[tenant_id].is_disconnected = True
            return Response("", 204)
    return Response("", 404)


def challenge_of(verifier: str) -> str:
    """The S256 challenge of a verifier."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _json(body: Any, status: int) -> Response:
    return Response(json.dumps(body), status, content_type="application/json; charset=utf-8")
