"""A clinic and pages of its website."""

from pathlib import Path

from booking_app.setup.website import Advice, Expected, Level, examine
from booking_app.setup.website.releases import read_releases
from booking_app.setup.website.snippet import snippet

RELEASES = read_releases(Path(__file__).resolve().parents[3] / "static" / "embed")
BASE, SITE = "https://book.example", "https://www.clinic.example"
CLINIC = Expected(base_url=BASE, slug="demo", allowed_sites=(SITE,), releases=RELEASES)
SNIPPET = snippet(base_url=BASE, slug="demo")
LINK, SCRIPT = SNIPPET.split("\n")


def page(body: str = SNIPPET, head: str = "") -> str:
    return f"<!doctype html><html><head><title>Clinic</title>{head}</head><body><h1>Clinic</h1>{body}</body></html>"


def found(html: str, *, url: str | None = SITE + "/book", **more: object) -> dict[str, Advice]:
    """What the doctor finds, by code; what needs no fixing is left out."""
    advice = examine(html, expected=CLINIC, url=url, **more)  # type: ignore[arg-type]
    assert all(one.fix for one in advice if one.level is not Level.NOTE), "a finding without a fix"
    return {one.code: one for one in advice if one.level is not Level.NOTE}


def codes(html: str, *, url: str | None = SITE + "/book", **more: object) -> set[str]:
    return set(found(html, url=url, **more))
