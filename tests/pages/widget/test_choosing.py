"""Steps 1 and 2: the lists, what is skipped, and what a deep link leads to."""

from dataclasses import replace

import pytest

from tests.pages.shared.client import FRAGMENT, CheckingClient, Page
from tests.pages.widget.fakes import FakeUseCases


def test_a_booking_starts_with_the_categories(client: CheckingClient) -> None:
    page = client.page("/b/demo")
    assert page.h1 == ["Choose a category"]
    assert "Step 1 of 5" in page.text
    assert "/b/demo/services?category=c1" in page.links()
    assert page.title == "Book an appointment – step 1 of 5 · Harbour Physiotherapy"


def test_a_slash_at_the_end_leads_to_the_same_page(client: CheckingClient) -> None:
    assert client.page("/b/demo/").h1 == ["Choose a category"]


def test_htmx_is_given_the_fragment_alone(client: CheckingClient) -> None:
    response = client.get("/b/demo/services?category=c1", headers=FRAGMENT)
    assert "<html" not in response.text
    assert Page(response.text).h1 == ["Choose a service"]
    assert "HX-Request" in response.headers["Vary"]


def test_a_history_restore_is_given_the_whole_page(client: CheckingClient) -> None:
    response = client.get("/b/demo", headers={**FRAGMENT, "HX-History-Restore-Request": "true"})
    assert response.text.startswith("<!doctype html>")


def test_a_service_is_named_first_then_its_length_and_price(client: CheckingClient) -> None:
    text = client.page("/b/demo/services?category=c1").text
    assert "Follow-up 30 minutes · $79.50" in text
    assert "Video consultation 30 minutes · $70 · by video" in text
    assert "Group hydrotherapy 1 hour · No charge" in client.page("/b/demo/services?category=c2").text


def test_a_single_service_is_skipped_and_can_be_reached_back(client: CheckingClient) -> None:
    answer = client.get("/b/demo/services?category=c3")
    assert answer.headers["Location"] == "/b/demo/times?service=301"
    times = client.page("/b/demo/times?service=301")
    back = next(link for link in times.links() if "stay=1" in link)
    assert client.page(back).h1 == ["Choose a service"]


def test_a_single_category_is_skipped_and_can_be_reached_back(client: CheckingClient, use_cases: FakeUseCases) -> None:
    use_cases.browse.offered = replace(use_cases.browse.offered, categories=use_cases.browse.offered.categories[:1])
    assert client.get("/b/demo").headers["Location"] == "/b/demo/services?category=c1"
    back = next(link for link in client.page("/b/demo/services?category=c1").links() if "stay=1" in link)
    assert client.page(back).h1 == ["Choose a category"]


def test_attribution_is_kept_from_step_to_step(client: CheckingClient) -> None:
    page = client.page("/b/demo?utm_source=spring&gclid=x")
    assert "/b/demo/services?utm_source=spring&category=c1" in page.links()


def test_a_deep_link_to_a_service_leads_to_its_times(client: CheckingClient) -> None:
    answer = client.get("/b/demo?service=101&practitioner=p2&utm_source=spring")
    assert answer.headers["Location"] == "/b/demo/times?utm_source=spring&service=101&practitioner=p2"


def test_a_practitioner_in_the_link_narrows_the_list(client: CheckingClient) -> None:
    page = client.page("/b/demo?practitioner=e1&stay=1")
    assert "Wellness" in page.text
    assert "Physiotherapy" not in page.text.replace("Harbour Physiotherapy", "")


def test_an_unknown_practitioner_in_the_link_is_ignored(client: CheckingClient) -> None:
    assert "Massage" in client.page("/b/demo?practitioner=nobody").text


@pytest.mark.parametrize("address", ["/b/demo/times?service=999", "/b/demo/services?category=gone"])
def test_what_is_no_longer_offered_is_said_with_the_list_to_choose_from(client: CheckingClient, address: str) -> None:
    page = client.page(address, status=404)
    assert "cannot be booked online any more" in page.text
    assert "/b/demo/services?category=c1" in page.links()


def test_an_unknown_clinic_is_not_found(client: CheckingClient) -> None:
    assert client.page("/b/nobody", status=404).h1 == ["Page not found"]


def test_a_category_shows_its_first_services_and_picture(client: CheckingClient, use_cases: FakeUseCases) -> None:
    offered = use_cases.browse.offered
    pictured = replace(offered.services["102"], image="knee.jpg")
    use_cases.browse.offered = replace(offered, services={**offered.services, "102": pictured})
    page = client.page("/b/demo")
    assert "Initial consultation, Follow-up, Video consultation" in page.text
    images = [values for tag, values in page.tags if tag == "img"]
    assert [values["src"] for values in images] == ["/b/demo/files/knee.jpg?size=small"]
    assert images[0]["loading"] == "lazy"
    assert '<span class="card-name">Physiotherapy</span></a>' in page.html
