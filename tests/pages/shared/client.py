"""A test client that looks at every HTML answer: what must hold on each page is asked on each page."""

import gzip
import re
from html.parser import HTMLParser
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

FRAGMENT = {"HX-Request": "true"}
FRAGMENTS_MAY = "default-src 'none'; frame-ancestors 'none'"
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Page(HTMLParser):
    """What of an HTML page the checks need."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.html = html
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.h1: list[str] = []
        self.title = ""
        self.labelled: set[str] = set()
        self.inside_label = 0
        self.wrapped: set[int] = set()
        self.scripts: list[str] = []
        self._open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "label":
            self.inside_label += 1
            self.labelled.add(values.get("for", ""))
        if self.inside_label:
            self.wrapped.add(len(self.tags))
        if tag == "h1":
            self.h1.append("")
        self.tags.append((tag, values))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == "label":
            self.inside_label -= 1
        assert tag in VOID or (self._open and self._open[-1] == tag), f"</{tag}> closes {self._open[-3:]}"
        if tag not in VOID:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if "h1" in self._open:
            self.h1[-1] += data
        if "title" in self._open:
            self.title += data
        if self._open and self._open[-1] == "script" and data.strip():
            self.scripts.append(data)

    @property
    def text(self) -> str:
        """What can be read, with single spaces."""
        return " ".join(re.sub(r"<[^>]+>", " ", self.html).split())

    def links(self) -> list[str]:
        return [attributes["href"] for tag, attributes in self.tags if tag == "a"]

    def form_to(self, ending: str) -> str:
        """The address of the form whose action (without its query) ends so."""
        actions = [values["action"] for tag, values in self.tags if tag == "form"]
        return next(action for action in actions if action.partition("?")[0].endswith(ending))

    def values(self, name: str) -> list[str]:
        return [values.get("value", "") for tag, values in self.tags if tag == "input" and values.get("name") == name]

    def token(self) -> str:
        return self.values("token")[0]


class CheckingClient(FlaskClient):
    """The client of every test of pages. Nothing it fetches may break what `check` says."""

    may_have_cookies = False

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **kwargs)
        check(response, may_have_cookies=self.may_have_cookies)
        return response

    def page(self, address: str, *, status: int = 200, **kwargs: Any) -> Page:
        """GET an address; 200 unless said otherwise."""
        response = self.get(address, **kwargs)
        assert response.status_code == status, f"{response.status_code} {response.headers.get('Location')}"
        return Page(response.text)

    def send(self, address: str, data: dict[str, Any], *, status: int = 303, **kwargs: Any) -> TestResponse:
        """POST a form; a redirect unless said otherwise."""
        response = self.post(address, data=data, **kwargs)
        assert response.status_code == status, Page(response.text).text[:2000] if response.is_json is False else ""
        return response


def checking_client(app: Flask) -> CheckingClient:
    app.test_client_class = CheckingClient
    client = app.test_client()
    assert isinstance(client, CheckingClient)
    return client


def check(response: TestResponse, *, may_have_cookies: bool = False) -> None:
    """No cookie outside the console; for HTML a strict policy, one h1, a name for every input, nothing inline."""
    for cookie in response.headers.getlist("Set-Cookie"):
        assert may_have_cookies and "Path=/console;" in f"{cookie};" and "HttpOnly" in cookie, cookie
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    if 300 <= response.status_code < 400:
        assert not response.data, "nobody reads the page behind a redirect"
    if response.mimetype == "text/html" and response.data:
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self';" in policy or policy == FRAGMENTS_MAY
        assert "unsafe" not in policy
        assert response.headers["Referrer-Policy"] in ("no-referrer", "same-origin")
        check_html(Page(body(response)))


def body(response: TestResponse) -> str:
    """The HTML, whatever it was compressed with."""
    is_compressed = response.headers.get("Content-Encoding") == "gzip"
    return gzip.decompress(response.data).decode() if is_compressed else response.text


def check_html(page: Page) -> None:
    assert len(page.h1) == 1, page.h1
    assert page.title.strip()
    assert not page.scripts, "a script stands inside the page"
    ids = [values["id"] for _, values in page.tags if "id" in values]
    assert len(ids) == len(set(ids)), [one for one in ids if ids.count(one) > 1]
    for place, (tag, values) in enumerate(page.tags):
        assert tag != "style"
        assert not [name for name in values if name == "style" or name.startswith(("on", "hx-on"))], values
        if tag == "img":
            assert "alt" in values
        if tag in ("input", "select", "textarea") and values.get("type") not in ("hidden", "submit"):
            assert place in page.wrapped or values.get("id") in page.labelled, values
        for name in ("aria-describedby", "aria-labelledby"):
            assert all(target in ids for target in values.get(name, "").split()), values
