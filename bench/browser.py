"""A small browser without JavaScript: follows links, fills in forms, and counts bytes and seconds."""

import gzip
import http.client
import time
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit

VOID_TYPES = ("submit", "button", "image", "reset")


@dataclass
class Control:
    """A field of a form with what it would send."""

    name: str
    kind: str
    value: str
    is_required: bool
    is_chosen: bool
    options: list[str] = field(default_factory=list)
    label: str = ""


@dataclass
class Form:
    """A form with its fields, and its buttons as (words, name, value)."""

    action: str
    method: str
    controls: list[Control] = field(default_factory=list)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)


class PageReader(HTMLParser):
    """Reads links, forms, the heading and the files of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[tuple[str, str]] = []
        self.forms: list[Form] = []
        self.files: set[str] = set()
        self.heading = ""
        self._labels: dict[str, str] = {}
        self._ids: dict[str, Control] = {}
        self._words: list[str] = []
        self._open: dict[str, dict[str, str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag in ("a", "h1", "button", "label", "textarea", "option"):
            self._words, self._open[tag] = [], found
        if tag == "form":
            self.forms.append(Form(found.get("action", ""), found.get("method", "get").upper()))
        elif tag in ("input", "select", "textarea") and self.forms and "name" in found:
            self._control(tag, found)
        elif tag == "script" and found.get("src"):
            self.files.add(found["src"])
        elif tag == "link" and found.get("rel") == "stylesheet":
            self.files.add(found["href"])

    def handle_data(self, data: str) -> None:
        self._words.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self._open:
            return
        found, words = self._open.pop(tag), " ".join("".join(self._words).split())
        if tag == "a" and found.get("href"):
            self.links.append((found.get("aria-label") or words, found["href"]))
        elif tag == "h1":
            self.heading = words
        elif tag == "label":
            self._labels[found.get("for", "")] = words
        elif tag == "button" and self.forms:
            said = found.get("aria-label") or words
            self.forms[-1].buttons.append((said, found.get("name", ""), found.get("value", "")))
        elif tag == "option" and self.forms and self.forms[-1].controls:
            self.forms[-1].controls[-1].options.append(found.get("value", words))

    def close(self) -> None:
        super().close()
        for name, control in self._ids.items():
            control.label = self._labels.get(name, "")

    def _control(self, tag: str, found: dict[str, str]) -> None:
        kind = found.get("type", "text") if tag == "input" else tag
        control = Control(
            found["name"],
            kind,
            found.get("value", ""),
            "required" in found,
            "checked" in found,
            label=found.get("id", ""),
        )
        if kind in VOID_TYPES:
            self.forms[-1].buttons.append((control.value, control.name, control.value))
            return
        self.forms[-1].controls.append(control)
        self._ids[found.get("id", "")] = control


@dataclass(frozen=True)
class Page:
    """One answer after its redirects: `seconds` and `wire_bytes` (head and compressed body) are of all of them."""

    address: str
    status: int
    text: str
    seconds: float
    wire_bytes: int
    parts: PageReader


class Browser:
    """One kept-open connection; sends what a browser sends."""

    def __init__(self, base: str) -> None:
        self._host = urlsplit(base).netloc
        self._connection = http.client.HTTPConnection(self._host, timeout=60)

    def close(self) -> None:
        self._connection.close()

    def get(self, address: str) -> Page:
        return self._fetch("GET", address, None)

    def submit(self, page: Page, form: Form, values: list[tuple[str, str]]) -> Page:
        """Send a form of `page` with these values."""
        address = urljoin(page.address, form.action or page.address)
        if form.method == "GET":
            return self._fetch("GET", f"{address.split('?')[0]}?{urlencode(values)}", None)
        return self._fetch("POST", address, urlencode(values))

    def follow(self, page: Page, words: str) -> Page:
        """The page behind the first link that begins with `words`."""
        address = next(href for said, href in page.parts.links if said.startswith(words))
        return self.get(urljoin(page.address, address))

    def _fetch(self, method: str, address: str, body: str | None) -> Page:
        began, wire = time.perf_counter(), 0
        for _ in range(6):
            status, content, location, size = self._once(method, address, body)
            wire += size
            if location is None:
                break
            method, body, address = "GET", None, urljoin(address, location)
        seconds = time.perf_counter() - began
        reader = PageReader()
        reader.feed(content)
        reader.close()
        return Page(address, status, content, seconds, wire, reader)

    def _once(self, method: str, address: str, body: str | None) -> tuple[int, str, str | None, int]:
        parts = urlsplit(address)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        headers = {"Accept": "text/html", "Accept-Encoding": "gzip", "User-Agent": "bench"}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["Origin"] = f"http://{self._host}"
        self._connection.request(method, target, body, headers)
        response = self._connection.getresponse()
        raw = response.read()
        head = sum(len(name) + len(value) + 4 for name, value in response.getheaders()) + 17
        return response.status, _decoded(raw, response), response.getheader("Location"), head + len(raw)


def _decoded(raw: bytes, response: http.client.HTTPResponse) -> str:
    if response.getheader("Content-Encoding") == "gzip":
        raw = gzip.decompress(raw)
    return raw.decode("utf-8", "replace")
