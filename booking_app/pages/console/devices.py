"""Devices that somebody has signed in from: a stranger's failed guesses do not slow these down."""

import hashlib
import hmac
from datetime import timedelta
from typing import Any

from flask import Response, request
from itsdangerous import BadSignature, URLSafeSerializer

from booking_app.core.tokens import new_token
from booking_app.pages.console.accounts import Account
from booking_app.pages.console.blueprint import PATH
from booking_app.pages.shared import use_cases

COOKIE = "console_device"
# The first that fits: a browser names the ones that it descends from, too.
BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"),
            ("Chrome/", "Chrome"), ("Safari/", "Safari"))  # fmt: skip
SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
           ("Mac OS X", "Mac"), ("CrOS", "ChromeOS"), ("Linux", "Linux"))  # fmt: skip
LONGEST_AGENT = 400
KEPT_FOR = timedelta(days=365)


def failure_key(email: str, account: Account | None) -> str:
    """The name under which failed tries of this account on this device are counted; the same for accounts that do
    not exist.
    """
    device = _known_device(account) if account else ""
    message = f"sign-in\0{email.strip().lower()}\0{device}".encode()
    return hmac.new(use_cases().settings.secret_key.encode(), message, hashlib.sha256).hexdigest()


def remember_device(response: Response, account: Account) -> None:
    """Let this device be known for the account from now on."""
    if _known_device(account):
        return
    response.set_cookie(
        COOKIE,
        str(_serializer().dumps([account.id, _mark(account), new_token()])),
        max_age=KEPT_FOR,
        path=PATH,
        secure=use_cases().settings.base_url.startswith("https://"),
        httponly=True,
        samesite="Lax",
    )


def device_name() -> str:
    """The browser and the system it says it runs on, such as "Firefox on Windows": enough to know one's own."""
    agent = request.headers.get("User-Agent", "")[:LONGEST_AGENT]
    browser = next((name for mark, name in BROWSERS if mark in agent), "A browser")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    return f"{browser} on {system}" if system else browser


def _known_device(account: Account) -> str:
    """The device's own token where it is known for this account; signing out everywhere makes all unknown."""
    try:
        content: Any = _serializer().loads(request.cookies.get(COOKIE, ""))
        staff_id, mark, device = content
    except (BadSignature, ValueError, TypeError):
        return ""
    return str(device) if staff_id == account.id and mark == _mark(account) else ""


def _mark(account: Account) -> str:
    return hashlib.sha256(account.fs_uniquifier.encode()).hexdigest()[:16]


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(use_cases().settings.secret_key, salt="console-device")
