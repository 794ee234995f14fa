"""The site doctor: what on a clinic's page keeps patients from booking in it, or tells others that they do."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from booking_app.core.dates import counted
from booking_app.setup.website.advice import Advice, Level, note
from booking_app.setup.website.expected import Expected
from booking_app.setup.website.held_back import check_held_back
from booking_app.setup.website.page import read_page
from booking_app.setup.website.pinned import check_pins
from booking_app.setup.website.presence import check_presence
from booking_app.setup.website.snippet_tags import find_snippet
from booking_app.setup.website.surroundings import check_surroundings
from booking_app.setup.website.trackers import check_trackers

__all__ = ["Expected", "examine"]

ORDER = (Level.BROKEN, Level.RISK, Level.NOTE)


def examine(
    html: str,
    *,
    expected: Expected,
    url: str | None = None,
    headers: Mapping[str, str] | None = None,
    hops: Sequence[str] = (),
) -> list[Advice]:
    """What the page says about itself, worst first. Reads nothing from anywhere and keeps nothing.

    `html` is the page as its server sends it, or as it was pasted; `url` where it is, None for a pasted one, of which
    headers and address cannot be judged; `hops` the addresses that led there.
    """
    page = read_page(html, headers)
    found = find_snippet(page, expected.base_url)
    advice = [
        *check_presence(page, found, expected),
        *check_held_back(page, found),
        *check_pins(found, expected),
        *check_surroundings(page, found, expected, url=url, hops=hops),
        *check_trackers(page, found),
    ]
    if not any(one.level is Level.BROKEN for one in advice) and found.is_there:
        advice.append(note("snippet_found", _what_stands(found.can_show)))
    return sorted(_once(advice), key=lambda one: ORDER.index(one.level))


def _once(advice: Sequence[Advice]) -> Iterator[Advice]:
    """Each finding once, at the first place it was met; how many more there are is said with it."""
    met: defaultdict[str, list[Advice]] = defaultdict(list)
    for one in advice:
        met[one.code].append(one)
    for first, *others in met.values():
        more = f" The same holds for {counted(len(others), 'other place')} in the page." if others else ""
        yield replace(first, said=first.said + more)


def _what_stands(can_show: bool) -> str:
    shown = "The booking page is in this page, and nothing was found that keeps it from showing."
    return shown if can_show else "There is a link to the booking page; it opens as a page of its own."
