"""Headers of every response: what a page may load, who may frame it, what may be kept."""

from collections.abc import Iterable
from functools import lru_cache

from flask import Flask, Response, g

from booking_app.core.hosts import origin_in

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
    """Add what the view did not set itself. What only a document obeys goes with documents alone: it has its weight."""
    framed_by: tuple[str, ...] | None = g.get("framed_by")
    is_document = response.mimetype == "text/html"
    for name, value in _headers(framed_by, is_document=is_document, shows_own_frames=bool(g.get("shows_own_frames"))):
        if name not in response.headers:
            response.headers.add(name, value)
    return response


@lru_cache(maxsize=512)
def _headers(
    framed_by: tuple[str, ...] | None, *, is_document: bool, shows_own_frames: bool
) -> tuple[tuple[str, str], ...]:
    headers = _everywhere(framed_by) | (_for_documents(framed_by, shows_own_frames) if is_document else {})
    return tuple(headers.items())


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
