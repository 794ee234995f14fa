"""Requests that are nearly right: a route, values that the product's own pages offer, and something wrong with them."""

import random
import re
from collections.abc import Iterator, Sequence

from flask import Flask
from werkzeug.routing import Rule

from tests.fuzz import values
from tests.fuzz.site_map import SiteMap
from tests.fuzz.wsgi import Asked

FORM = "application/x-www-form-urlencoded"
ODD_METHODS = ("PUT", "DELETE", "PATCH", "TRACE", "PROPFIND", "x", "")
NEVER = ("/console/sign-out", "/console/account/sign-out-everywhere")  # they end the session that the others need


class RequestMaker:
    """The same requests for the same seed, as long as the pages offer the same."""

    def __init__(self, app: Flask, site: SiteMap, seed: int) -> None:
        self._rng = random.Random(seed)
        self._site = site
        self._rules = [
            (rule, method)
            for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
            if rule.rule not in NEVER
        ]
        everything = [value for offered in site.routes.values() for path in offered.paths for value in path.values()]
        self._forms = [form for offered in site.routes.values() for form in offered.forms]
        self._known = sorted(set(everything)) or ["demo"]
        self.rules = {(rule.rule, method) for rule, method in self._rules}

    def all(self, count: int) -> Iterator[Asked]:
        """Every route in turn, so that none is left to chance."""
        for number in range(count):
            rule, method = self._rules[number % len(self._rules)]
            yield self._one(rule, method)

    def _one(self, rule: Rule, method: str) -> Asked:
        rng = self._rng
        offered = self._site.routes[method, rule.rule]
        known = dict(rng.choice(offered.paths)) if offered.paths else {}
        path = self._path(rule, known)
        body, content_type = self._body(offered.forms) if method == "POST" else (b"", "")
        headers = {"Content-Type": content_type} if content_type else {}
        headers.update(self._odd_headers())
        if rng.random() < 0.02:
            method = rng.choice(ODD_METHODS)
        return Asked(method, path, self._query(offered.queries), body, headers, rule.rule)

    def _path(self, rule: Rule, known: dict[str, str]) -> bytes:
        rng = self._rng

        def part(found: re.Match[str]) -> bytes:
            good = known.get(found["name"]) or rng.choice(self._known)
            return values.path_part(rng, good)

        pieces = re.split(r"(<(?:[^<>:]+:)?[^<>]+>)", rule.rule)
        made = b"".join(
            part(found) if (found := re.fullmatch(r"<(?:[^<>:]+:)?(?P<name>[^<>]+)>", piece)) else piece.encode()
            for piece in pieces
        )
        return made + rng.choice((b"/", b"%00", b"?", b"//")) if rng.random() < 0.02 else made

    def _query(self, offered: dict[str, set[str]]) -> bytes:
        rng, site = self._rng, self._site
        names = [name for name in sorted(offered) if rng.random() < 0.8]
        while rng.random() < 0.3 and site.parameters:
            names.append(rng.choice(sorted(site.parameters)))
        pairs = []
        for name in names:
            good = rng.choice(sorted(offered.get(name) or {""}))
            pairs.append(values.pair(rng, name, good if rng.random() < 0.4 else values.changed(rng, good)))
        return b"&".join(pairs)

    def _body(self, forms: Sequence[list[tuple[str, str]]]) -> tuple[bytes, str]:
        rng = self._rng
        if rng.random() < 0.08:
            return rng.choice(values.BODIES), rng.choice(values.TYPES)
        fields = list(rng.choice(forms or self._forms))
        wrong = {rng.randrange(len(fields)) for _ in range(rng.choice((0, 1, 1, 2, 4)))} if fields else set()
        sent = []
        for number, (name, value) in enumerate(fields):
            is_token = name in ("csrf_token", "token")
            if name == "csrf_token":
                continue
            if number in wrong and not is_token and rng.random() < 0.2:
                continue
            is_spoilt = number in wrong and (not is_token or rng.random() < 0.1)
            sent.append((name, values.changed(rng, value) if is_spoilt else value))
        if rng.random() < 0.96:  # the newest one, because an older form's belongs to a session that has ended
            sent.append(("csrf_token", self._site.console_token))
        if rng.random() < 0.3:
            sent.append((rng.choice([name for name, _ in fields] or ["x"]), values.text(rng)))
        if rng.random() < 0.1:
            return _multipart(rng, sent), "multipart/form-data; boundary=frontier"
        return b"&".join(values.pair(rng, name, value) for name, value in sent), FORM

    def _odd_headers(self) -> dict[str, str]:
        rng = self._rng
        headers = {}
        while rng.random() < 0.25:
            name = rng.choice(sorted(values.HEADERS))
            headers[name] = rng.choice(values.HEADERS[name])
        if rng.random() < 0.05:
            headers["Host"] = rng.choice(values.HOSTS)
        return headers


def _multipart(rng: random.Random, sent: list[tuple[str, str]]) -> bytes:
    parts = []
    for name, value in sent:
        file = f'; filename="{values.text(rng)[:200]}"' if rng.random() < 0.3 else ""
        head = f'--frontier\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'
        parts.append(head.encode("utf-8", "replace") + value.encode("utf-8", "replace") + b"\r\n")
    return b"".join(parts) + b"--frontier--\r\n"
