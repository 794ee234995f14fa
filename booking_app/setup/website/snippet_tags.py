"""Which tags of a page belong to the booking page, whatever was done to them on the way."""

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from booking_app.setup.website.page import Page, Tag

LOADER = re.compile(r"/embed(?:-(?P<version>\d+\.\d+\.\d+))?\.js$")
SLUG = re.compile(r"^/b/(?P<slug>[^/]+)/?")
# Where optimisers and consent tools keep an address while they hold a tag back.
HELD = ("data-src", "data-rocket-src", "data-lazy-src", "data-litespeed-src", "data-cmp-src", "data-pmdelayedscript",
        "data-cookieblock-src", "data-cookieconsent-src", "data-lazyload")  # fmt: skip


@dataclass(frozen=True)
class SnippetTags:
    """The snippet as it stands in the page: links and frames to a booking page, loaders, elements."""

    links: tuple[Tag, ...]
    scripts: tuple[Tag, ...]
    elements: tuple[Tag, ...]
    frames: tuple[Tag, ...]

    @property
    def is_there(self) -> bool:
        return bool(self.links or self.scripts or self.elements or self.frames)

    @property
    def can_show(self) -> bool:
        """Whether the page has what shows the booking page in place, and not only a link to it."""
        return bool(self.frames or (self.scripts and (self.links or self.elements)))


def find_snippet(page: Page, base_url: str) -> SnippetTags:
    """Tags that lead to `base_url`."""
    links = [tag for tag in page.named("a") if is_ours(tag.get("href"), base_url)]
    scripts = [tag for tag in page.named("script") if _is_loader(tag, base_url)]
    frames = [tag for tag in page.named("iframe") if is_ours(address_of(tag), base_url)]
    return SnippetTags(tuple(links), tuple(scripts), tuple(page.named("clinic-booking")), tuple(frames))


def address_of(tag: Tag) -> str:
    """What a tag loads, or would load once it is let go."""
    return tag.get("src") or next((tag.get(name) for name in HELD if tag.get(name)), "")


def is_ours(url: str, base_url: str) -> bool:
    """Whether it leads to a clinic's booking page at our address; the scheme may be another."""
    return urlsplit(url).netloc.lower() == urlsplit(base_url).netloc.lower() and bool(SLUG.match(urlsplit(url).path))


def slug_in(url: str) -> str:
    found = SLUG.match(urlsplit(url).path)
    return unquote(found["slug"]) if found else ""


def version_of(script: Tag) -> str | None:
    """The version a loader is pinned to; None for the newest."""
    found = LOADER.search(urlsplit(address_of(script)).path)
    return found["version"] if found else None


def _is_loader(tag: Tag, base_url: str) -> bool:
    parts = urlsplit(address_of(tag))
    return bool(LOADER.search(parts.path)) and parts.netloc.lower() == urlsplit(base_url).netloc.lower()
