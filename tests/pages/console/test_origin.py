"""Behind TLS: whoever has the token and sits at one of our pages may sign in, and nobody from another site can."""

import pytest
from werkzeug.test import TestResponse

from tests.pages.console.desk import PASSWORD, Desk, email_of

HOST = "book.example.com"
OURS = f"https://{HOST}"
TLS = {"base_url": OURS}


def sign_in(desk: Desk, headers: dict[str, str]) -> TestResponse:
    """As the owner, over TLS, with the token of the session and these headers."""
    visitor = desk.visitor()
    shown = visitor.get("/console/sign-in", **TLS).text
    token = shown.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    values = {"csrf_token": token, "email": email_of("owner"), "password": PASSWORD}
    return visitor.post("/console/sign-in", data=values, headers=headers, **TLS)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": OURS, "Referer": f"{OURS}/console/sign-in", "Sec-Fetch-Site": "same-origin"},
        {"Origin": OURS, "Sec-Fetch-Site": "same-origin"},
        {"Origin": "null", "Sec-Fetch-Site": "same-origin"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "HTTPS://Book.Example.com"},
        {"Referer": f"{OURS}/console/sign-in?next=/console/"},
        {},
    ],
    ids=str,
)
def test_a_browser_at_our_page_signs_in_whatever_it_keeps_to_itself(shared_desk: Desk, headers: dict[str, str]) -> None:
    assert sign_in(shared_desk, headers).status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://www.example.com", "Sec-Fetch-Site": "same-site"},
        {"Origin": f"http://{HOST}"},
        {"Origin": f"{OURS}.evil.example"},
        {"Origin": f"{OURS}:8443"},
        {"Origin": "https://[", "Referer": f"{OURS}/console/"},
        {"Referer": "https://evil.example/"},
        {"Origin": "null", "Referer": "https://evil.example/"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
    ids=str,
)
def test_a_page_of_another_site_cannot_sign_anybody_in(shared_desk: Desk, headers: dict[str, str]) -> None:
    answer = sign_in(shared_desk, headers)
    assert answer.status_code == 400
    assert "Nothing was saved" in answer.text


def test_the_products_own_address_counts_where_the_proxy_does_not_tell_of_tls(shared_desk: Desk) -> None:
    ours = shared_desk.services.settings.base_url
    assert sign_in(shared_desk, {"Origin": ours}).status_code == 303


def test_console_pages_name_themselves_to_ourselves_alone(shared_desk: Desk) -> None:
    assert shared_desk.visitor().get("/console/sign-in").headers["Referrer-Policy"] == "same-origin"
    assert shared_desk.visitor().get("/b/demo").headers["Referrer-Policy"] == "no-referrer"
