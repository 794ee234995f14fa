"""Headers of every response: what a page may load, who may frame it, what may be kept."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Literal

from flask import Flask, Response, g

from booking_app.core.hosts import origin_in
from booking_app.pages.shared.rendering import wants_fragment

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
}
FOR_FRAGMENTS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}
Kind = Literal["document", "fragment", "other"]
FEATURES = ("camera", "display-capture", "geolocation", "microphone", "payment", "usb", "browsing-topics")


def register(app: Flask) -> None:
    app.after_request(protect)


def allow_framing(sites: Iterable[str]) -> None:
    """Let these origins, beside our own, show the page of this request in a frame; what is no origin is left out."""
    g.framed_by = tuple(origin for site in sites if (origin := origin_in(site)) is not None)


def show_own_frames() -> None:
    """Let the page of this request show others of our pages in a frame."""
    g.shows_own_frames = True


def protect(response: Response) -> Response:
    """Add what the view did not set itself. What only a document obeys goes with documents alone: it has its weight.

    So nobody is sent the page behind a redirect, and a fragment, which no browser opens by itself, may do nothing.
    """
    if "Location" in response.headers and 300 <= response.status_code < 400:
        response.set_data(b"")
        del response.headers["Content-Type"]
    framed_by: tuple[str, ...] | None = g.get("framed_by")
    is_html = response.mimetype == "text/html"
    kind: Kind = "fragment" if is_html and wants_fragment() else "document" if is_html else "other"
    for name, value in _headers(framed_by, kind, shows_own_frames=bool(g.get("shows_own_frames"))):
        if name not in response.headers:
            response.headers.add(name, value)
    return response


@lru_cache(maxsize=512)
def _headers(framed_by: tuple[str, ...] | None, kind: Kind, *, shows_own_frames: bool) -> tuple[tuple[str, str], ...]:
    match kind:
        case "document":
            more = _for_documents(framed_by, shows_own_frames)
        case "fragment":
            more = FOR_FRAGMENTS
        case "other":
            more = {}
    return tuple((_everywhere(framed_by) | more).items())


def _everywhere(framed_by: tuple[str, ...] | None) -> dict[str, str]:
    return {
        "X-Content-Type-Options": "nosniff",
        # A page that isolates itself may frame only what says it can be used across origins.
        "Cross-Origin-Resource-Policy": "same-origin" if framed_by is None else "cross-origin",
        "Cache-Control": "no-store",
    }


def _for_documents(framed_by: tuple[str, ...] | None, shows_own_frames: bool) -> dict[str, str]:
    frames = {"frame-src": "'self'"} if shows_own_frames else {}
    ancestors = "'none'" if framed_by is None else " ".join(("'self'", *framed_by))
    return {
        "Content-Security-Policy": "; ".join(
            f"{name} {value}" for name, value in {**POLICY, **frames, "frame-ancestors": ancestors}.items()
        ),
        "Referrer-Policy": "no-referrer",
        "Permissions-Policy": ", ".join(f"{feature}=()" for feature in FEATURES),
        "Cross-Origin-Opener-Policy": "same-origin",
        **({"X-Frame-Options": "DENY"} if framed_by is None else {}),
    }


def may_be_kept_briefly(response: Response) -> Response:
    """For pages without anything personal: the browser may keep them, asking us each time whether they still hold."""
    response.headers["Cache-Control"] = "private, no-cache"
    return response
