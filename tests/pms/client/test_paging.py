import httpx
import pytest

from booking_app.pms.client import ClinikoForeignLink, ClinikoNotSent, ClinikoUnreadable

TYPE = {"name": "Physio", "duration_in_minutes": 30}


def a_page(*ids, **links):
    return {
        "services": [],
        "appointment_types": [TYPE | {"id": one} for one in ids],
        "total_entries": 9,
        "links": links,
    }


def test_a_list_follows_its_next_links_and_asks_for_the_largest_pages(client, cliniko):
    """``links.next`` is absent on the last page (guide on pagination)."""
    there = "https://api.au2.cliniko.com/v1/appointment_types?page=2&per_page=100&q%5B%5D=category%3A%3DA%26B"
    cliniko.will_answer(a_page("1", "2", next=there), a_page("3", next=None), a_page("4", next=""))
    assert [one.id for one in client.appointment_types.list()] == ["1", "2", "3"]
    first, second = cliniko.requests
    assert first.url.params["per_page"] == "100"
    assert str(second.url) == there


def test_a_relative_next_link_is_followed(client, cliniko):
    cliniko.will_answer(a_page("1", next="/v1/appointment_types?page=2"), a_page("2"))
    assert [one.id for one in client.appointment_types.list()] == ["1", "2"]
    assert str(cliniko.last.url) == "https://api.au2.cliniko.com/v1/appointment_types?page=2"


@pytest.mark.parametrize("link", ["https://evil.example/v1/appointment_types?page=2", "/v1/x\x01y"])
def test_the_key_is_not_sent_to_where_a_foreign_link_leads(client, cliniko, link):
    cliniko.will_answer(a_page("1", next=link))
    with pytest.raises(ClinikoForeignLink) as caught:
        client.appointment_types.list()
    assert "evil" not in str(caught.value)
    assert len(cliniko.requests) == 1


def test_pages_that_lead_in_a_circle_are_an_error(client, cliniko):
    there, back = "/v1/appointment_types?page=2", "/v1/appointment_types?page=3"
    cliniko.will_answer(a_page("1", next=there), a_page("2", next=back), a_page("3", next=there))
    with pytest.raises(ClinikoUnreadable):
        client.appointment_types.list()
    assert len(cliniko.requests) == 3


def test_pages_without_end_are_an_error(client, cliniko, monkeypatch):
    monkeypatch.setattr("booking_app.pms.client.paging.MOST_PAGES", 3)
    cliniko.will_answer(*[a_page(str(n), next=f"/v1/appointment_types?page={n}") for n in range(2, 9)])
    with pytest.raises(ClinikoUnreadable):
        client.appointment_types.list()
    assert len(cliniko.requests) == 3


def test_a_limit_stops_at_the_page_that_holds_it(client, cliniko):
    page = {"patients": [{"id": "1"}, {"id": "2"}], "links": {"next": "/v1/patients?page=2"}}
    cliniko.will_answer(page)
    assert [one.id for one in client.patients.list(limit=2)] == ["1", "2"]
    assert len(cliniko.requests) == 1


@pytest.mark.parametrize(
    "body", [{}, {"appointment_types": None}, {"appointment_types": {}}, {"appointment_types": [1]}]
)
def test_a_page_without_its_list_is_unreadable_and_not_empty(client, cliniko, body):
    """An empty calendar made of a broken answer would offer taken times."""
    cliniko.will_answer(body)
    with pytest.raises(ClinikoUnreadable, match="GET /appointment_types"):
        client.appointment_types.list()


def test_a_page_that_fails_fails_the_list(client, cliniko):
    cliniko.will_answer(a_page("1", next="/v1/appointment_types?page=2"))
    cliniko.will(*[httpx.ConnectError("down")] * 3)
    with pytest.raises(ClinikoNotSent):
        client.appointment_types.list()
