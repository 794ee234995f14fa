"""What the pages themselves offer: for each route the addresses, parameters and forms that a visitor would meet."""

from collections import defaultdict, deque
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException

from bench.browser import Form, PageReader
from tests.fuzz.wsgi import Asked, ask

NEWEST = 12  # of a kind are kept: what is older may have ended by now
BASE = "http://localhost:8000"


@dataclass
class Offered:
    """What is known of one route: values of its path, its query, and the fields of forms that lead to it."""

    paths: deque[dict[str, str]] = field(default_factory=lambda: deque(maxlen=NEWEST))
    queries: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    forms: deque[list[tuple[str, str]]] = field(default_factory=lambda: deque(maxlen=NEWEST))


class SiteMap:
    """Walks through the pages from some addresses, following links and reading forms, and remembers what it met."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.routes: dict[tuple[str, str], Offered] = defaultdict(Offered)
        self.parameters: set[str] = set()
        self.console_token = ""  # of the newest form of the console
        self.cookie = ""  # of whoever is signed in
        self._adapter = app.url_map.bind("localhost")

    def walk(self, *begin: str, cookie: str = "", most: int = 200) -> None:
        """Look at pages from these addresses on, `most` of them at most."""
        waiting, seen = deque(begin), set(begin)
        for _ in range(most):
            if not waiting:
                return
            address = waiting.popleft()
            for link in self._look(address, cookie):
                kind = self.note("GET", link)
                if kind and (link not in seen) and sum(1 for each in seen if self._rule("GET", each) == kind) < 4:
                    seen.add(link)
                    waiting.append(link)

    def note(self, method: str, address: str, form: list[tuple[str, str]] | None = None) -> str:
        """Remember an address; gives the route it leads to, or nothing where it leads outside."""
        parts = urlsplit(address)
        try:
            rule, values = self._adapter.match(unquote(parts.path), method=method, return_rule=True)
        except (HTTPException, ValueError):
            return ""
        offered = self.routes[method, rule.rule]
        offered.paths.append({name: str(value) for name, value in values.items()})
        for name, value in parse_qsl(parts.query, keep_blank_values=True):
            if len(offered.queries[name]) < NEWEST:
                offered.queries[name].add(value)
            self.parameters.add(name)
        if form is not None:
            self.console_token = dict(form).get("csrf_token", self.console_token)
            offered.forms.append(form)
        return str(rule.rule)

    def _rule(self, method: str, address: str) -> str:
        try:
            return str(self._adapter.match(unquote(urlsplit(address).path), method=method, return_rule=True)[0].rule)
        except (HTTPException, ValueError):
            return ""

    def _look(self, address: str, cookie: str) -> list[str]:
        parts = urlsplit(address)
        path = unquote(parts.path).encode()
        answer = ask(
            self.app, Asked("GET", path, parts.query.encode(), headers={"Accept-Encoding": "identity"}), cookie
        )
        if answer.header("Location"):
            return [_inside(urljoin(BASE + address, answer.header("Location")))]
        reader = PageReader()
        reader.feed(answer.body.decode("utf-8", "replace"))
        for form in reader.forms:
            where = _inside(urljoin(BASE + address, form.action or address))
            fields = _fields(form)
            if form.method == "GET":
                self.note("GET", f"{where.partition('?')[0]}?{'&'.join(f'{n}={v}' for n, v in fields)}")
            else:
                self.note("POST", where, fields)
        return [link for _, href in reader.links if (link := _inside(urljoin(BASE + address, href)))]


def _inside(address: str) -> str:
    return address.removeprefix(BASE).partition("#")[0] if address.startswith(f"{BASE}/") else ""


def _fields(form: Form) -> list[tuple[str, str]]:
    fields = [(control.name, control.value or (control.options or [""])[-1]) for control in form.controls]
    return fields + [(name, value) for _, name, value in form.buttons if name]
