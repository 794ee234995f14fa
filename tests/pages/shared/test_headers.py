"""What every answer carries, and who may frame which page."""

import pytest

from tests.pages.shared.client import FRAGMENT, FRAGMENTS_MAY, CheckingClient
from tests.pages.widget.fakes import FakeUseCases
from tests.pages.widget.journey import choose, reach_check


def ancestors(client: CheckingClient, address: str) -> str:
    policy = client.get(address).headers["Content-Security-Policy"]
    return policy.rpartition("frame-ancestors ")[2]


def test_only_the_clinics_own_sites_may_frame_a_booking_page(client: CheckingClient) -> None:
    assert ancestors(client, "/b/demo") == "'self' https://www.harbour.example"
    assert ancestors(client, choose(client)) == "'self' https://www.harbour.example"
    assert "X-Frame-Options" not in client.get("/b/demo").headers


@pytest.mark.parametrize("address", ["/manage/manage-token", "/manage/unknown", "/nowhere", "/b/unknown"])
def test_nobody_may_frame_anything_else(client: CheckingClient, address: str) -> None:
    assert ancestors(client, address) == "'none'"
    assert client.get(address).headers["X-Frame-Options"] == "DENY"


def test_a_clinic_without_sites_can_only_be_framed_by_itself(client: CheckingClient, use_cases: FakeUseCases) -> None:
    use_cases.browse.known.allowed_sites = []
    assert ancestors(client, "/b/demo") == "'self'"


def test_nothing_personal_is_kept_by_a_browser(client: CheckingClient) -> None:
    assert client.get(reach_check(client)).headers["Cache-Control"] == "no-store"
    assert client.get("/manage/manage-token").headers["Cache-Control"] == "no-store"
    # A page on which nothing was typed yet is asked for again each time, and comes back as it was with Back.
    assert client.get("/b/demo").headers["Cache-Control"] == "private, no-cache"
    assert client.get(choose(client)).headers["Cache-Control"] == "private, no-cache"


def test_no_address_is_passed_on_to_another_site(client: CheckingClient) -> None:
    headers = client.get("/b/demo").headers
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "geolocation=()" in headers["Permissions-Policy"]


def test_the_sites_that_may_talk_to_the_frame_stand_in_the_page(client: CheckingClient) -> None:
    assert '<body data-sites="https://www.harbour.example">' in client.get("/b/demo").text


@pytest.mark.parametrize("address", ["/b/demo", "/b/demo/times?service=103", "/manage/manage-token"])
def test_a_fragment_opened_by_itself_could_do_nothing(client: CheckingClient, address: str) -> None:
    """Fragments are fetched by our script; what only a document obeys would weigh half of them."""
    headers = client.get(address, headers=FRAGMENT).headers
    assert headers["Content-Security-Policy"] == FRAGMENTS_MAY
    assert "Permissions-Policy" not in headers
    assert "script-src 'self';" in client.get(address).headers["Content-Security-Policy"]


def test_a_redirect_has_no_page(client: CheckingClient) -> None:
    response = client.get("/b/demo?service=103")
    assert (response.status_code, response.data, "Content-Type" in response.headers) == (303, b"", False)
