"""Walking a list page by page along the links Cliniko gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .addresses import Query, followed
from .errors import ClinikoUnreadable
from .records import JsonObject
from .transport import Transport

PER_PAGE = 100  # the most Cliniko allows
MOST_PAGES = 500


def entries_of(
    transport: Transport, route: str, key: str, *, ids: Mapping[str, str], query: Query = ()
) -> Iterator[JsonObject]:
    """Every entry of a list, page after page; pages are fetched only as far as the caller reads.

    The next page is where ``links.next`` points, never built here (Cliniko's guide on pagination). Raises
    ClinikoForeignLink for a link out of the API, and ClinikoUnreadable for one that leads in a circle or never ends: a
    list that is cut off silently would show taken times as free.
    """
    url = transport.address(route, ids=ids, query=[*query, ("per_page", str(PER_PAGE))])
    yield from entries_from(transport, route, key, url=url)


def entries_from(transport: Transport, route: str, key: str, *, url: str) -> Iterator[JsonObject]:
    """Every entry of a list that starts at an address of the API; see entries_of."""
    seen: set[str] = set()
    next_url: str | None = url
    while next_url is not None:
        if next_url in seen or len(seen) >= MOST_PAGES:
            raise ClinikoUnreadable(f"GET {route}: the pages do not come to an end")
        seen.add(next_url)
        page = JsonObject(transport.read(route, next_url), path=f"GET {route}")
        yield from page.required_list(key)
        link = page.nested("links").optional_text("next")
        next_url = followed(link, page_url=next_url, base_url=transport.base_url) if link else None
