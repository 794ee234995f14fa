"""A page of a clinic's website, read for what concerns the booking page in it. Nothing of it is run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

INTERESTING = frozenset({"a", "script", "iframe", "clinic-booking", "meta", "img", "link"})


@dataclass(frozen=True)
class Tag:
    """A start tag with its attributes; a script with its own words."""

    name: str
    attributes: Mapping[str, str]
    line: int
    words: str = ""

    def get(self, name: str) -> str:
        return self.attributes.get(name, "").strip()

    def has(self, name: str) -> bool:
        return name in self.attributes


@dataclass(frozen=True)
class Page:
    """The tags of a page in their order, and its raw text. `headers` have names in small letters."""

    html: str = field(repr=False)
    tags: tuple[Tag, ...] = field(repr=False)
    headers: Mapping[str, str]

    def named(self, name: str) -> list[Tag]:
        return [tag for tag in self.tags if tag.name == name]

    def metas(self, http_equiv: str) -> list[str]:
        return [tag.get("content") for tag in self.named("meta") if tag.get("http-equiv").lower() == http_equiv]

    def generator(self) -> str:
        found = (tag.get("content") for tag in self.named("meta") if tag.get("name").lower() == "generator")
        return next(found, "")


def read_page(html: str, headers: Mapping[str, str] | None = None) -> Page:
    """The page as its server sends it. Never raises: what cannot be understood is passed over."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return Page(html, tuple(reader.tags), {name.lower(): value for name, value in (headers or {}).items()})


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[Tag] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in INTERESTING:
            self.tags.append(Tag(tag, {name: value or "" for name, value in attrs}, self.getpos()[0]))

    def handle_data(self, data: str) -> None:
        if self.cdata_elem == "script" and self.tags and self.tags[-1].name == "script":
            last = self.tags[-1]
            self.tags[-1] = Tag(last.name, last.attributes, last.line, last.words + data)
