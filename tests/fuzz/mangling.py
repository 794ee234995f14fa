"""Answers of Cliniko and of vendors with something wrong in them, spoilt inside the sandbox's own server."""

import json
import random
from collections.abc import Callable, Iterable
from typing import Any

STRANGE: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    1.5,
    10**30,
    "",
    " ",
    "\ud800",
    "a\udfffb",
    "\0",
    "\x1b",
    "x" * 20_000,
    "９",
    [],
    {},
    [[]],
    [None],
    {"id": None},
    {"links": {"self": None}},
    "null",
    "2026-13-45",
    "9999-12-31T23:59:59Z",
    "0001-01-01T00:00:00Z",
    "2026-11-24T09:00:00",
    "2026-11-24T09:00:00+99:00",
    "24/11/2026",
    "http://[",
    "https://evil.example/v1/x",
    "//x",
    "/",
    "mailto:x",
    "Mars/Olympus",
    "\u202e",
    "👩‍👩‍👧",
    "<b>",
    "{{x}}",
    "-0",
    "1e999",
    "NaN",
    "9" * 400,
)
STATUSES = (
    "200 OK",
    "201 Created",
    "202 Accepted",
    "204 No Content",
    "206 Partial Content",
    "301 Moved",
    "302 Found",
    "304 Same",
    "400 Bad",
    "401 No",
    "402 Pay",
    "403 No",
    "404 Gone",
    "405 No",
    "409 Conflict",
    "410 Gone",
    "418 Teapot",
    "422 Bad",
    "423 Locked",
    "429 Slow",
    "451 Law",
    "500 Broken",
    "501 No",
    "502 Bad",
    "503 Busy",
    "504 Late",
    "520 Odd",
    "599 Odd",
)
BODIES = (
    b"",
    b"null",
    b"[]",
    b"{}",
    b"{",
    b'"x"',
    b"0",
    b"true",
    b"NaN",
    b"\xff\xfe\x00",
    b"\xef\xbb\xbf{}",
    b"<html>busy</html>",
    b"[" * 5_000,
    b'{"a":' * 3_000,
    b"1" * 6_000,
    b'{"id": 1' + b"0" * 5_000 + b"}",
    b'{"id":"1","id":null}',
    b"\0" * 100,
)
HEADERS = {
    "Content-Type": ("text/html", "", "application/json; charset=nonsense", "\xff", "application/json; charset=utf-16"),
    "Content-Encoding": ("gzip", "deflate", "br", "x", "gzip, gzip"),
    "Retry-After": ("", "-1", "x", "9" * 30, "1e9", "Thu, 01 Jan 9999 00:00:00 GMT", "nan", "\xb2"),
    "X-RateLimit-Reset": ("", "-1", "x", "9" * 30, "nan", "inf", "\xb2", "1.5"),
    "X-RateLimit-Remaining": ("", "-1", "x", "9" * 30, "\xb2"),
    "Location": ("http://[", "/", "https://evil.example/", "\xff"),
    "Link": ("<http://[>; rel=next", "x"),
}


class Mangler:
    """Stands in front of the sandbox and spoils a share of its answers to the product; `count` says how many."""

    def __init__(self, application: Any, rng: random.Random, share: float) -> None:
        self._application = application
        self._rng = rng
        self.share = share
        self.count = 0

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        started: list[tuple[str, list[tuple[str, str]]]] = []
        chunks = self._application(environ, lambda status, headers, _=None: started.append((status, headers)))
        body = b"".join(chunks)
        status, headers = started[-1]
        if environ["PATH_INFO"].startswith("/control") or self._rng.random() >= self.share:
            start_response(status, headers)
            return [body]
        self.count += 1
        status, headers, body = self._spoilt(status, list(headers), body)
        start_response(status, [(n, v) for n, v in headers if n.lower() != "content-length"] + [_length(body)])
        return [body]

    def _spoilt(
        self, status: str, headers: list[tuple[str, str]], body: bytes
    ) -> tuple[str, list[tuple[str, str]], bytes]:
        rng = self._rng
        way = rng.random()
        if way < 0.7 and body:
            body = self._inside(body)
        elif way < 0.8:
            body = rng.choice((*BODIES, body[: len(body) // 2], body + b"}", body * 2))
        elif way < 0.9:
            name = rng.choice(sorted(HEADERS))
            headers = [(n, v) for n, v in headers if n.lower() != name.lower()] + [(name, rng.choice(HEADERS[name]))]
        if way >= 0.85:
            status = rng.choice(STATUSES)
        return status, headers, body

    def _inside(self, body: bytes) -> bytes:
        """The same document with some of its values exchanged, taken away or doubled."""
        try:
            document = json.loads(body)
        except ValueError:
            return body[::-1]
        for _ in range(self._rng.choice((1, 1, 1, 2, 5))):
            document = self._changed(document)
        text = json.dumps(document)
        return text.encode()

    def _changed(self, node: Any) -> Any:
        rng = self._rng
        if isinstance(node, dict) and node and rng.random() < 0.95:
            name = rng.choice(sorted(node))
            if rng.random() < 0.1:
                return {key: value for key, value in node.items() if key != name}
            return {**node, name: self._changed(node[name])}
        if isinstance(node, list) and node and rng.random() < 0.9:
            at = rng.randrange(len(node))
            if rng.random() < 0.15:
                return node[:at] + node[at + 1 :] if rng.random() < 0.5 else [*node, node[at]]
            return [*node[:at], self._changed(node[at]), *node[at + 1 :]]
        return rng.choice(STRANGE)


def _length(body: bytes) -> tuple[str, str]:
    return "Content-Length", str(len(body))
