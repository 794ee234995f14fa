"""Noticing what the proxy in front of us does, so that `doctor` can say what is wrong with it. In production alone."""

from ipaddress import ip_address

from flask import Flask, Request, Response, request

from booking_app.core.proxy_signs import AS_DOCUMENTED, LOOPBACK, PLAIN, SILENT, STREAMING, UNDECLARED, ProxySigns
from booking_app.pages.shared.access import use_cases
from booking_app.pages.shared.bodies import WAITED

FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_FORWARDED")
SLOW_BODY_SECONDS = 3.0  # one that a proxy has read to its end is there at once
NOTE_AGAIN_SECONDS = 300.0
# Asked by the machine itself and by monitoring, past the proxy.
PAST_THE_PROXY = ("health", "metrics")


def register(app: Flask) -> None:
    with app.app_context():
        if not use_cases().settings.is_production:
            return
        notes = _Notes(ProxySigns(use_cases().database))
    app.after_request(notes.take)


class _Notes:
    """Writes each sign down once in five minutes at most, so that it costs a visitor nothing."""

    def __init__(self, signs: ProxySigns) -> None:
        self._signs = signs
        self._noted: dict[str, float] = {}

    def take(self, response: Response) -> Response:
        if request.blueprint in PAST_THE_PROXY:
            return response
        clock, settings = use_cases().clock, use_cases().settings
        waited = float(request.environ.get(WAITED, 0.0))
        for name in signs_of(request, settings.trusted_proxies, waited) or {AS_DOCUMENTED}:
            last = self._noted.get(name)
            if last is None or clock.monotonic() - last > NOTE_AGAIN_SECONDS:
                self._noted[name] = clock.monotonic()
                self._signs.note(name, clock.now())
        return response


def signs_of(asked: Request, proxies: int, waited: float) -> set[str]:
    """What is wrong with the proxy as far as one request shows; `waited` is for its body, in seconds."""
    environ = asked.environ
    hops = [hop for hop in str(environ.get("HTTP_X_FORWARDED_FOR", "")).split(",") if hop.strip()]
    schemes = str(environ.get("HTTP_X_FORWARDED_PROTO", "")).lower().replace(",", " ").split()
    is_told = len(hops) >= proxies and bool(schemes)
    found = {
        UNDECLARED: proxies == 0 and any(name in environ for name in FORWARDED),
        SILENT: proxies > 0 and not is_told,
        PLAIN: proxies > 0 and is_told and "https" not in schemes,
        LOOPBACK: is_this_machine(asked.remote_addr),
        STREAMING: waited > SLOW_BODY_SECONDS,
    }
    return {name for name, holds in found.items() if holds}


def is_this_machine(address: str | None) -> bool:
    """Whether this is a loopback address."""
    try:
        return ip_address(address or "").is_loopback
    except ValueError:
        return False
