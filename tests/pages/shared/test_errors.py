"""What stands in the way, as a page and as a fragment."""

import io

import pytest
import structlog

from booking_app.bookings.errors import CatalogueMissing
from booking_app.core.failures import Failure, RemoteFailure
from tests.pages.shared.client import FRAGMENT, CheckingClient, Page, checking_client
from tests.pages.widget.fakes import FakeUseCases, fake_app, fake_front
from tests.pages.widget.journey import TIMES, answers, choose, slot


def test_an_unknown_address_is_said_plainly(client: CheckingClient) -> None:
    assert client.page("/nowhere", status=404).h1 == ["Page not found"]


def test_htmx_gets_the_error_as_a_fragment(client: CheckingClient) -> None:
    response = client.get("/b/demo/d/gone/details", headers=FRAGMENT)
    assert response.status_code == 410
    assert "<html" not in response.text
    assert Page(response.text).h1 == ["This booking page has ended"]


@pytest.mark.parametrize(
    "failure", [CatalogueMissing(), RemoteFailure("cliniko_down", failure=Failure.TRANSIENT)], ids=["never", "down"]
)
def test_a_practice_that_does_not_answer_is_said_honestly(
    client: CheckingClient, use_cases: FakeUseCases, failure: Exception
) -> None:
    use_cases.browse.failure = failure
    page = client.page("/b/demo/times?service=101", status=503)
    assert page.h1 == ["Times cannot be shown right now"]
    assert "(08) 5550 1234" in page.text
    assert "/b/demo/times?service=101" in page.links()


def test_too_much_is_refused_kindly(client: CheckingClient) -> None:
    address = choose(client)
    posted = answers(client.page(address), answer_reason="x" * 8_500_000)
    assert "That is too much to send" in client.send(address, posted, status=413).text


def test_a_fault_of_ours_names_nobody_in_the_log(
    client: CheckingClient, use_cases: FakeUseCases, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object) -> None:
        raise KeyError("Pat Sample pat@example.com")

    monkeypatch.setattr(use_cases.browse, "catalogue", broken)
    with structlog.testing.capture_logs() as logs:
        page = client.page("/b/demo", status=500)
    assert page.h1 == ["Something went wrong"]
    assert any(entry["event"] == "unexpected" and entry["error"] == "KeyError" for entry in logs)
    assert "Pat" not in str(logs)


def test_the_log_has_routes_and_never_addresses(client: CheckingClient) -> None:
    with structlog.testing.capture_logs() as logs:
        address = choose(client, query=TIMES + "&utm_source=secret")
        client.get(address)
    assert [entry["route"] for entry in logs] == [
        "/b/<slug>/times", "/b/<slug>/times", "/b/<slug>/d/<token>/details",
    ]  # fmt: skip
    token = address.split("/")[4]
    assert token not in str(logs)
    assert "secret" not in str(logs)


def test_the_wrong_method_is_refused(client: CheckingClient) -> None:
    assert client.post("/b/demo").status_code == 405


def test_a_body_that_is_no_form_is_refused(client: CheckingClient) -> None:
    response = client.post(TIMES, data=io.BytesIO(b"\xff\xfe"), content_type="multipart/form-data; boundary=x")
    assert response.status_code in (400, 422)


ONE, OTHER = ({"REMOTE_ADDR": address} for address in ("192.0.2.8", "192.0.2.9"))


@pytest.mark.parametrize("address", ["/b/demo/d/{}/details", "/manage/{}"])
def test_whoever_guesses_keys_has_to_wait_and_the_log_names_nobody(address: str) -> None:
    client = checking_client(fake_app(fake_front()))
    real = choose(client)
    with structlog.testing.capture_logs() as logs:
        for n in range(30):
            assert client.get(address.format(f"guess{n}"), environ_overrides=ONE).status_code in (404, 410)
        assert client.get(address.format("guess30"), environ_overrides=ONE).status_code == 429
        assert client.get(real, environ_overrides=ONE).status_code == 429
    (said,) = [entry for entry in logs if entry["event"] == "limit_reached"][:1]
    assert said["log_level"] == "warning"
    assert "<token>" in said["route"]
    assert "guess" not in str(logs)
    assert "192.0.2.8" not in str(logs)
    assert client.get(real, environ_overrides=OTHER).status_code == 200
    assert client.get("/b/demo", environ_overrides=ONE).status_code == 200


def test_a_patient_who_finds_what_is_asked_for_may_ask_for_ever() -> None:
    client = checking_client(fake_app(fake_front()))
    real = choose(client)
    for _ in range(60):
        assert client.get(real, environ_overrides=ONE).status_code == 200


def test_what_is_refused_in_a_frame_is_shown_in_the_frame() -> None:
    app = fake_app(fake_front())
    app.config["POSTS_LIMIT"] = "1 per minute"
    client = checking_client(app)
    client.send(TIMES, {"slot": slot()}, status=422, environ_overrides=ONE)
    response = client.send(TIMES, {"slot": slot()}, status=429, environ_overrides=ONE)
    assert "frame-ancestors 'self' https://www.harbour.example" in response.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in response.headers
    assert "Back to the booking page" in response.text


def test_many_posts_from_one_address_have_to_wait() -> None:
    app = fake_app(fake_front())
    app.config["POSTS_LIMIT"] = "3 per minute"
    client = checking_client(app)
    one, other = ({"REMOTE_ADDR": address} for address in ("192.0.2.8", "192.0.2.9"))
    for _ in range(3):
        client.send(TIMES, {"slot": slot()}, status=422, environ_overrides=one)
    page = Page(client.send(TIMES, {"slot": slot()}, status=429, environ_overrides=one).text)
    assert page.h1 == ["Please wait a little"]
    client.send(TIMES, {"slot": slot()}, status=422, environ_overrides=other)
    client.page(TIMES)


def test_a_visitor_is_told_apart_behind_trusted_proxies_only() -> None:
    forwarded = {"X-Forwarded-For": "192.0.2.7"}
    for proxies, expected in ((1, 422), (0, 429)):
        app = fake_app(fake_front(trusted_proxies=proxies))
        app.config["POSTS_LIMIT"] = "1 per minute"
        client = checking_client(app)
        proxy = {"REMOTE_ADDR": "192.0.2.1"}
        client.send(TIMES, {"slot": slot()}, status=422, environ_overrides=proxy)
        client.send(TIMES, {"slot": slot()}, status=expected, headers=forwarded, environ_overrides=proxy)


def test_an_undeclared_proxy_on_this_machine_does_not_lock_everybody_out() -> None:
    app = fake_app(fake_front())
    app.config["POSTS_LIMIT"] = "1 per minute"
    client = checking_client(app)
    for _ in range(3):
        client.send(TIMES, {"slot": slot()}, status=422)
