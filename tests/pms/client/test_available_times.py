from datetime import UTC, date, datetime, timedelta

import httpx
import pytest

from booking_app.pms.client import ClinikoBadRequest, ClinikoNotFound, NotBookableOnline

THREE = {"business_id": "11", "practitioner_id": "22", "appointment_type_id": "33"}
MONDAY = date(2026, 11, 23)
PATH = "/v1/businesses/11/practitioners/22/appointment_types/33"


def window(days=6):
    return THREE | {"from_day": MONDAY, "to_day": MONDAY + timedelta(days=days)}


def test_a_week_of_times_is_read_over_all_its_pages(client, cliniko):
    """A busy week of quarter hours is more than one page."""
    first = {
        "available_times": [{"appointment_start": "2026-11-23T00:00:00Z"}],
        "links": {"next": f"{PATH}/available_times?page=2"},
    }
    second = {"available_times": [{"appointment_start": "2026-11-24T00:15:00Z"}], "total_entries": 2, "links": {}}
    cliniko.will_answer(first, second)
    starts = [one.appointment_start for one in client.available_times.list(**window())]
    assert starts == [datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 11, 24, 0, 15, tzinfo=UTC)]
    asked = cliniko.requests[0].url
    assert asked.path == f"{PATH}/available_times"
    assert dict(asked.params) == {"from": "2026-11-23", "to": "2026-11-29", "per_page": "100"}


@pytest.mark.parametrize("days", [-1, 7, 30])
@pytest.mark.parametrize("verb", ["list", "next"])
def test_a_window_that_is_too_long_or_turned_round_is_refused_before_it_costs_a_request(client, cliniko, verb, days):
    """Cliniko's document says seven days apart at most; its staff once said six."""
    with pytest.raises(ValueError, match="six days"):
        getattr(client.available_times, verb)(**window(days))
    assert cliniko.requests == []


def test_an_instant_is_no_day(client):
    """Cliniko refuses date-times here."""
    at = datetime(2026, 11, 23, tzinfo=UTC)
    with pytest.raises(ValueError, match="days"):
        client.available_times.list(**(THREE | {"from_day": at, "to_day": at}))


@pytest.mark.parametrize("body", [b'{"status":"404","error":"Not Found"}', b"", b"<!DOCTYPE html>"])
def test_what_is_not_offered_online_has_its_own_error(client, cliniko, body):
    """Cliniko answers 404, with or without a body, instead of an empty list."""
    cliniko.will(httpx.Response(404, content=body))
    with pytest.raises(NotBookableOnline) as caught:
        client.available_times.list(**window())
    assert isinstance(caught.value, ClinikoNotFound)
    assert "22" not in str(caught.value)


def test_a_day_before_today_in_the_accounts_zone_is_a_bad_request(client, cliniko):
    message = "Invalid time frame definition. Please check from/to param limitations."
    cliniko.will_answer({"message": message}, status=400)
    with pytest.raises(ClinikoBadRequest) as caught:
        client.available_times.list(**window())
    assert caught.value.message == message


def test_the_next_time_is_read_with_both_days_given(client, cliniko):
    cliniko.will_answer({"appointment_start": "2026-11-25T01:00:00Z", "links": {"self": "x"}})
    found = client.available_times.next(**window())
    assert found.appointment_start == datetime(2026, 11, 25, 1, tzinfo=UTC)
    assert dict(cliniko.last.url.params) == {"from": "2026-11-23", "to": "2026-11-29"}


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(404),
        httpx.Response(200, json={"appointment_start": None}),
        httpx.Response(200, json={"links": {}}),
    ],
)
def test_no_next_time_is_none_in_each_form_it_may_come(client, cliniko, answer):
    cliniko.will(answer)
    assert client.available_times.next(**window()) is None
