"""Xero's OAuth 2.0: the address a person is sent to, codes and refresh tokens for a pair, and its end.

Requests go through the transport that every vendor's do, for its deadline, its limit of bytes and its log, which knows
no query and no body.
"""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from booking_app.accounting.vendors.records import Tenant
from booking_app.accounting.vendors.xero.api import text_of
from booking_app.accounting.vendors.xero.errors import failure_of, token_failure
from booking_app.core.outbound_http.errors import VendorUnavailable
from booking_app.core.outbound_http.transport import Answer, Call, Transport

LOGIN_URL, IDENTITY_URL, API_URL = "https://login.xero.com", "https://identity.xero.com", "https://api.xero.com"
SCOPES = (
    "openid profile email offline_access accounting.contacts accounting.invoices accounting.payments "
    "accounting.settings.read"
)
CUSTOM_SCOPES = "accounting.contacts accounting.invoices accounting.payments accounting.settings.read"


@dataclass(frozen=True)
class Pair:
    """An access token, the seconds it is good for, and the refresh token that replaces the one before ("" for none)."""

    access: str = field(repr=False)
    seconds: float
    refresh: str = field(default="", repr=False)


def new_verifier() -> str:
    """A PKCE verifier."""
    return secrets.token_urlsafe(48)


def challenge_of(verifier: str) -> str:
    """Its S256 challenge."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


@dataclass(frozen=True, kw_only=True)
class XeroOAuth:
    """One app's protocol with Xero's identity service. Every method that asks raises RemoteFailure."""

    client_id: str
    client_secret: str = field(repr=False)
    login_url: str
    identity: Transport = field(repr=False)
    api: Transport = field(repr=False)

    def authorise_address(self, *, redirect_uri: str, state: str, verifier: str) -> str:
        """Where a person allows this app to use their organisations."""
        asked = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": redirect_uri,
            "scope": SCOPES,
            "state": state,
            "code_challenge": challenge_of(verifier),
            "code_challenge_method": "S256",
        }
        return f"{self.login_url}/identity/connect/authorize?{urlencode(asked)}"

    def exchange(self, code: str, *, redirect_uri: str, verifier: str) -> Pair:
        """The pair for a code, which is good once and for five minutes."""
        return self._pair(
            {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri, "code_verifier": verifier}
        )

    def refresh(self, refresh_token: str) -> Pair:
        """The next pair. Until it is kept the old token goes on working for half an hour, so this may be repeated."""
        return self._pair({"grant_type": "refresh_token", "refresh_token": refresh_token})

    def custom(self) -> Pair:
        """A token of a custom connection, which knows no refresh token."""
        return self._pair({"grant_type": "client_credentials", "scope": CUSTOM_SCOPES})

    def revoke(self, refresh_token: str) -> None:
        """End the authorisation and every connection of it."""
        self._sent("/connect/revocation", {"token": refresh_token})

    def tenants(self, access_token: str) -> tuple[Tenant, ...]:
        """The organisations that the token reaches."""
        answer = self._with_bearer(access_token).send(Call(method="GET", route="/connections"))
        rows = answer.json()
        if not answer.is_success:
            raise failure_of(answer, is_write=False)
        if not isinstance(rows, list):
            raise VendorUnavailable("xero_connections:not_json")
        kept = [row for row in rows if isinstance(row, dict) and text_of(row, "tenantType") == "ORGANISATION"]
        return tuple(Tenant(text_of(row, "tenantId"), text_of(row, "tenantName"), text_of(row, "id")) for row in kept)

    def _with_bearer(self, token: str) -> Transport:
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        return replace(self.api, headers=headers)

    def _pair(self, form: Mapping[str, str]) -> Pair:
        document = self._sent("/connect/token", form).json()
        access = text_of(document, "access_token") if isinstance(document, dict) else ""
        seconds = document.get("expires_in") if isinstance(document, dict) else None
        if not access or not isinstance(seconds, int):
            raise VendorUnavailable("xero_token:unreadable")
        assert isinstance(document, dict)
        return Pair(access, float(seconds), text_of(document, "refresh_token"))

    def _sent(self, route: str, form: Mapping[str, str]) -> Answer:
        basic = base64.b64encode(f"{self.client_id}:{self.client_secret}".encode()).decode()
        headers = {"Authorization": f"Basic {basic}", "Accept": "application/json"}
        answer = self.identity.send(Call(method="POST", route=route, form=form, headers=headers))
        if answer.is_success:
            return answer
        raise token_failure(answer)
