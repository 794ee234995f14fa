"""What `doctor --page` looks at: a page of a clinic's website, fetched or from a file."""

from collections.abc import Iterator
from pathlib import Path

from booking_app.cli.wiring import Services
from booking_app.clinics.clinics import find_clinic, list_clinics
from booking_app.clinics.models import Clinic
from booking_app.core.assets import asset_folder
from booking_app.core.outbound_http import PageUnreachable, fetch_page, open_outbound
from booking_app.setup.website import Advice, Expected, examine
from booking_app.setup.website.advice import broken
from booking_app.setup.website.releases import read_releases


class ClinicUnclear(Exception):
    """There are several clinics, or none; the message says what to add."""


def check_page(services: Services, slug: str | None, page: str) -> Iterator[Advice]:
    """What keeps patients from booking in the page at a URL or in a file.

    Raises LookupError for an unknown slug, ClinicUnclear, and PageUnreachable. In production a URL must lead to the
    public internet.
    """
    releases = read_releases(asset_folder("static") / "embed")
    expected = Expected.of(_clinic(services, slug), base_url=services.settings.base_url, releases=releases)
    if "://" in page:
        yield from _examine_url(services, page, expected)
    else:
        yield from examine(_read(Path(page)), expected=expected)


def _examine_url(services: Services, url: str, expected: Expected) -> Iterator[Advice]:
    outbound = open_outbound(allow_private=not services.settings.is_production)
    try:
        found = fetch_page(url, outbound=outbound, monotonic=services.clock.monotonic)
    finally:
        outbound.close()
    if found.status >= 400:
        yield broken(
            "page_answers_an_error",
            f"The page answers {found.status}.",
            "Check the address, and that it needs no sign-in.",
        )
    yield from examine(found.html, expected=expected, url=found.url, headers=found.headers, hops=found.hops)


def _read(file: Path) -> str:
    try:
        return file.read_text(errors="replace")
    except OSError:
        raise PageUnreachable(f"There is no file {file} that can be read. A URL begins with https://") from None


def _clinic(services: Services, slug: str | None) -> Clinic:
    with services.database.reading() as session:
        clinics = list(list_clinics(session)) if slug is None else [find_clinic(session, slug)]
    if slug is not None and clinics[0] is None:
        raise LookupError(slug)
    if len(clinics) != 1 or clinics[0] is None:
        raise ClinicUnclear("Whose page is it? Add --clinic SLUG.")
    return clinics[0]
