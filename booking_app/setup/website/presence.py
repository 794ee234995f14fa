"""Is the snippet there, whole, and for the right clinic?"""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from booking_app.setup.website.advice import Advice, broken, note, risk
from booking_app.setup.website.expected import Expected
from booking_app.setup.website.page import Page, Tag
from booking_app.setup.website.snippet_tags import LOADER, SLUG, SnippetTags, address_of, slug_in

PASTED_AS_TEXT = re.compile(r"&lt;(?:script|a|iframe|clinic-booking)\b[^<]{0,400}(?:/embed|/b/)")


def check_presence(page: Page, found: SnippetTags, expected: Expected) -> Iterator[Advice]:
    """Missing, half there, as text, of another clinic or of another address."""
    elsewhere = next((tag for tag in page.tags if _leads_elsewhere(tag, expected)), None)
    if elsewhere is not None:
        yield broken(
            "snippet_of_another_address",
            f"Line {elsewhere.line} leads to a booking page at {_host(elsewhere)}, not at {expected.base_url}.",
            f"Put these two lines in its place:\n{expected.snippet}",
        )
    if not found.is_there:
        if elsewhere is None:
            yield _missing(page, expected)
        return
    yield from _other_clinics(found, expected)
    yield from _halves(found, expected)
    yield from _frames(found)


def _missing(page: Page, expected: Expected) -> Advice:
    paste = f"Paste these two lines where patients should book:\n{expected.snippet}"
    if PASTED_AS_TEXT.search(page.html):
        return broken(
            "snippet_as_text", "The snippet was pasted as text, so visitors read it instead of using it.",
            "Take it out and paste it into a block for code (“Custom HTML”, “Embed” or “Code”).",
        )  # fmt: skip
    if "wix" in page.generator().lower():
        return broken(
            "snippet_missing_wix",
            "There is no snippet in this page. Wix puts pasted code into a frame of its own, which may not show ours.",
            f"Use a button that links to {expected.booking_url}",
        )
    return broken("snippet_missing", "There is neither a link nor a script of the booking page in this page.", paste)


def _leads_elsewhere(tag: Tag, expected: Expected) -> bool:
    """A link, frame or loader that looks like ours, at an address that is not."""
    url = tag.get("href") if tag.name == "a" else address_of(tag)
    path = urlsplit(url).path
    looks_like_ours = tag.has("data-clinic") and (LOADER.search(path) or SLUG.match(path))
    return bool(looks_like_ours) and urlsplit(url).netloc.lower() != urlsplit(expected.base_url).netloc.lower()


def _host(tag: Tag) -> str:
    return urlsplit(tag.get("href") or address_of(tag)).netloc or "no address"


def _other_clinics(found: SnippetTags, expected: Expected) -> Iterator[Advice]:
    named = [(tag, slug_in(tag.get("href") or address_of(tag))) for tag in (*found.links, *found.frames)]
    for tag in (*found.links, *found.scripts, *found.elements):
        if tag.get("data-clinic"):
            named.append((tag, tag.get("data-clinic")))
    for tag, slug in named:
        if slug != expected.slug:
            yield broken(
                "other_clinic", f"Line {tag.line} names the clinic “{slug}”, and this is “{expected.slug}”.",
                f"Write {expected.booking_url} and data-clinic=\"{expected.slug}\".",
            )  # fmt: skip


def _halves(found: SnippetTags, expected: Expected) -> Iterator[Advice]:
    if found.scripts and not found.links and not found.elements:
        yield broken(
            "link_missing", "The script is there, and the link that it turns into the booking page is not.",
            f"Paste both lines:\n{expected.snippet}",
        )  # fmt: skip
    if found.elements and not found.scripts and not found.links:
        yield broken(
            "script_missing", "There is a place for the booking page, and no script that fills it.",
            f"Add the second of these lines:\n{expected.snippet}",
        )  # fmt: skip
    if found.elements and not found.links:
        yield risk(
            "element_without_link", "Where the script cannot run, the place for the booking page stays empty.",
            f'Put a link into it: <a href="{expected.booking_url}">Book an appointment</a>',
        )  # fmt: skip
    if found.links and not found.scripts and not found.frames:
        yield note("link_alone", "There is a link and no script: the booking page opens as a page of its own.")


def _frames(found: SnippetTags) -> Iterator[Advice]:
    for frame in found.frames:
        if not frame.get("title"):
            yield risk(
                "frame_without_title", f"The frame in line {frame.line} has no title for screen readers to say.",
                'Add title="Book an appointment".',
            )  # fmt: skip
        missing = {"allow-scripts", "allow-forms", "allow-same-origin"} - set(frame.get("sandbox").split())
        if frame.has("sandbox") and missing:
            yield broken(
                "frame_sandboxed", f"The frame in line {frame.line} may not do what booking needs.",
                f"Take the attribute sandbox away, or add to it: {' '.join(sorted(missing))}",
            )  # fmt: skip
    if found.frames and not found.links:
        yield risk(
            "frame_without_link", "Where the browser refuses the frame, nothing leads on.",
            "Put a link to the booking page below the frame.",
        )  # fmt: skip
