"""What `doctor` says of the proxy in production: each way to set it up wrong is told in a sentence of its own."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from booking_app.cli import proxy_checkup
from booking_app.cli.proxy_checkup import answers_before_the_end, check_proxy
from booking_app.cli.web_app import make_web_app
from booking_app.cli.wiring import Services
from booking_app.core.proxy_signs import MEANINGS, ProxySigns
from booking_app.pages.shared import proxy_signs

FROM_NGINX = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "book.example.com"}


@pytest.fixture(autouse=True)
def nobody_asks_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proxy_checkup, "answers_before_the_end", lambda _: None)


def in_production(services: Services, proxies: int) -> tuple[Services, Flask]:
    settings = replace(services.settings, environment="production", trusted_proxies=proxies)
    production = replace(services, settings=settings)
    return production, make_web_app(production)


def said(services: Services) -> list[str]:
    """What has to be fixed."""
    return [finding.said for finding in check_proxy(services) if not finding.is_well]


@pytest.mark.parametrize(
    ("proxies", "headers", "address", "signs"),
    [
        (1, FROM_NGINX, "127.0.0.1", []),
        (2, {**FROM_NGINX, "X-Forwarded-For": "203.0.113.7, 198.51.100.1"}, "10.0.0.2", []),
        (0, FROM_NGINX, "10.0.0.2", ["undeclared"]),
        (0, FROM_NGINX, "127.0.0.1", ["undeclared", "loopback"]),
        (0, {"Forwarded": "for=203.0.113.7"}, "10.0.0.2", ["undeclared"]),
        (0, {}, "127.0.0.1", ["loopback"]),
        (0, {}, "::1", ["loopback"]),
        (1, {}, "10.0.0.2", ["silent"]),
        (2, FROM_NGINX, "10.0.0.2", ["silent"]),
        (1, {"X-Forwarded-For": "203.0.113.7"}, "10.0.0.2", ["silent"]),
        (1, {**FROM_NGINX, "X-Forwarded-Proto": "http"}, "10.0.0.2", ["plain"]),
    ],
)
def test_what_a_request_shows_of_the_proxy_is_told(
    services: Services, proxies: int, headers: dict[str, str], address: str, signs: list[str]
) -> None:
    production, app = in_production(services, proxies)
    app.test_client().get("/b/demo", headers=headers, environ_overrides={"REMOTE_ADDR": address})
    assert said(production) == [MEANINGS[name] for name in signs]


def test_the_machine_may_look_after_itself_without_a_proxy(services: Services) -> None:
    production, app = in_production(services, 1)
    for where in ("/healthz", "/readyz", "/metrics"):
        app.test_client().get(where, environ_overrides={"REMOTE_ADDR": "127.0.0.1"})
    assert said(production) == []
    assert "no visitor has been seen" in next(finding.said for finding in check_proxy(production))


def test_a_body_that_drips_in_tells_of_a_proxy_that_does_not_wait(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    production, app = in_production(services, 1)
    monkeypatch.setattr(proxy_signs, "SLOW_BODY_SECONDS", -1.0)
    app.test_client().post("/b/demo/times", data={"a": "b"}, headers=FROM_NGINX)
    assert said(production) == [MEANINGS["streaming"]]


def test_a_web_server_that_starts_begins_the_notes_anew(services: Services) -> None:
    production, app = in_production(services, 0)
    app.test_client().get("/b/demo", environ_overrides={"REMOTE_ADDR": "127.0.0.1"})
    assert said(production)
    ProxySigns(services.database).forget()
    assert said(production) == []


def test_nothing_is_noted_in_development(services: Services) -> None:
    make_web_app(services).test_client().get("/b/demo", headers=FROM_NGINX)
    assert ProxySigns(services.database).seen() == {}
    assert list(check_proxy(services)) == []


@contextmanager
def server(needed: int) -> Iterator[int]:
    """Answers once it has read so many bytes of a body, on a port of this machine."""

    def serve(listener: socket.socket) -> None:
        with listener.accept()[0] as connection:
            connection.settimeout(20)
            text = b""
            while len(text.partition(b"\r\n\r\n")[2]) < needed or b"\r\n\r\n" not in text:
                text += connection.recv(1000)
            connection.sendall(b"HTTP/1.1 405 No\r\nContent-Length: 0\r\n\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,))
        thread.start()
        yield listener.getsockname()[1]
        thread.join()


@pytest.mark.parametrize(("needed", "found"), [(0, True), (2, False)])
def test_a_proxy_that_passes_on_half_a_request_is_found_out(
    needed: int, found: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proxy_checkup, "PATIENCE_SECONDS", 0.3)
    with server(needed) as port:
        assert answers_before_the_end(f"http://127.0.0.1:{port}") is found


def test_an_address_that_nobody_serves_is_no_fault_of_the_proxy(services: Services, monkeypatch: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert answers_before_the_end(f"http://127.0.0.1:{port}") is None
