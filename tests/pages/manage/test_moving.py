"""Moving one's own appointment: choose, check, move. Every page works without JavaScript."""

from datetime import timedelta

import pytest

from booking_app.bookings.errors import SlotGone
from tests.pages.shared.client import FRAGMENT, CheckingClient, Page
from tests.pages.widget.fakes import NOW, FakeUseCases

ADDRESS = "/manage/manage-token"


FRIDAY = 3  # after three times on the day of the appointment


def chosen(client: CheckingClient, index: int = FRIDAY, query: str = "") -> str:
    """Choose a time; returns the address of the check."""
    page = client.page(f"{ADDRESS}/times{query}")
    answer = client.send(page.form_to("/times"), {"token": page.token(), "slot": page.values("slot")[index]})
    return str(answer.headers["Location"])


def moved(client: CheckingClient, check: str, *, status: int = 303) -> str:
    """Press the button; returns where that leads, or the page."""
    page = client.page(check)
    answer = client.send(page.form_to("/move"), {"token": page.token()}, status=status)
    return str(answer.headers["Location"]) if status == 303 else answer.text


def test_the_booking_offers_another_time_until_the_notice_period(client: CheckingClient) -> None:
    page = client.page(ADDRESS)
    assert f"{ADDRESS}/times" in page.links()
    assert "You can change or cancel online until 11:30 am on Wednesday 25 November 2026." in page.text


def test_times_are_shown_beside_the_appointment_as_it_stands(client: CheckingClient) -> None:
    page = client.page(f"{ADDRESS}/times")
    assert page.h1 == ["Choose a date and time"]
    assert "Your appointment is Thursday 26 November 2026, 11:30 am with Dr Lee" in page.text
    assert page.values("slot"), "of the same practitioner"
    assert {value.partition("-")[2] for value in page.values("slot")} == {"p1"}
    assert f"{ADDRESS}/times?practitioner=any&from=2026-11-26" in page.links()
    assert page.title == "Choose a date and time · Harbour Physiotherapy"


def test_choosing_leads_to_a_check_of_both_times_and_writes_nothing(
    client: CheckingClient, use_cases: FakeUseCases
) -> None:
    check = chosen(client)
    page = client.page(check)
    assert page.h1 == ["Check and confirm"]
    assert "Friday 27 November 2026, 9:00 am" in page.text
    assert "Thursday 26 November 2026, 11:30 am" in page.text
    assert use_cases.moving.asked == []
    assert Page(client.get(check, headers=FRAGMENT).text).h1 == ["Check and confirm"]


def test_moving_says_what_it_is_now(client: CheckingClient, use_cases: FakeUseCases) -> None:
    where = moved(client, chosen(client))
    page = client.page(where)
    assert page.h1 == ["Your booking"]
    assert "Your appointment was moved" in page.text
    assert "Friday 27 November 2026, 9:00 am" in page.text
    (asked,) = use_cases.moving.asked
    assert (asked.service_id, asked.location_id, asked.practitioner_id) == ("101", "l1", "p1")


def test_anybody_may_be_chosen_as_well(client: CheckingClient, use_cases: FakeUseCases) -> None:
    use_cases.browse.taken.add(("p1", use_cases.clock.now().replace(day=26, hour=22, minute=30)))
    check = chosen(client, query="?practitioner=any")
    assert "with Dr Lee" in client.page(check).text
    moved(client, check)
    assert use_cases.moving.asked[0].practitioner_id == "p2"


def test_a_time_gone_meanwhile_is_said_with_the_nearest(client: CheckingClient, use_cases: FakeUseCases) -> None:
    check = chosen(client)
    use_cases.moving.refusal = SlotGone()
    page = Page(moved(client, check, status=409))
    assert page.h1 == ["Choose a date and time"]
    assert "That time was just taken" in page.text
    assert "Your appointment stays where it was" in page.text
    near = page.values("slot")[:3]
    use_cases.moving.refusal = None
    answer = client.send(page.form_to("/times"), {"token": page.token(), "slot": near[0]})
    moved(client, answer.headers["Location"])
    assert len(use_cases.moving.asked) == 1


def test_a_time_lost_in_cliniko_offers_others(client: CheckingClient, use_cases: FakeUseCases) -> None:
    use_cases.moving.outcome = "lost"
    answer = client.get(moved(client, chosen(client)))
    assert answer.headers["Location"] == f"{ADDRESS}/times?lost=1"
    page = client.page(answer.headers["Location"])
    assert "That time was just taken" in page.text
    assert len(page.values("slot")) > 3


def test_while_it_takes_long_the_page_waits_and_offers_nothing_else(
    client: CheckingClient, use_cases: FakeUseCases
) -> None:
    use_cases.moving.outcome = "pending"
    where = moved(client, chosen(client))
    page = client.page(where)
    assert page.h1 == ["We are moving your appointment"]
    assert "Until then it stays at Thursday 26 November 2026, 11:30 am" in page.text
    assert "http-equiv" in page.html
    poll = client.get(where, headers={**FRAGMENT, "HX-Trigger": "moving-poll"})
    assert poll.status_code == 204
    assert client.get(f"{ADDRESS}/times").headers["Location"] == ADDRESS
    assert client.get(f"{ADDRESS}/cancel").headers["Location"] == ADDRESS


def test_a_move_that_could_not_be_made_says_whom_to_call(client: CheckingClient, use_cases: FakeUseCases) -> None:
    use_cases.moving.outcome = "failed"
    page = client.page(moved(client, chosen(client)))
    assert "could not be moved to Friday 27 November 2026, 9:00 am" in page.text
    assert "call (08) 5550 1234" in page.text


def test_too_late_says_whom_to_call(client: CheckingClient, use_cases: FakeUseCases) -> None:
    check = client.page(chosen(client))
    use_cases.managing.move_notice = timedelta(hours=96)
    page = client.page(ADDRESS)
    assert "It is too late to change the time online. To change it now, please call" in page.text
    assert "You can cancel online until" in page.text
    assert client.page(f"{ADDRESS}/times", status=409).h1 == ["This appointment cannot be moved online"]
    client.send(check.form_to("/move"), {"token": check.token()}, status=409)
    assert use_cases.moving.asked == []


def test_what_is_offered_no_more_cannot_be_moved(client: CheckingClient, use_cases: FakeUseCases) -> None:
    use_cases.browse.offered.offers.clear()
    page = client.page(f"{ADDRESS}/times", status=409)
    assert "no longer offers other times" in page.text


@pytest.mark.parametrize("slot", ["", "nonsense", "1-p1", "99999999999999-p1"])
def test_a_time_that_nobody_offers_is_refused(client: CheckingClient, slot: str) -> None:
    page = client.page(f"{ADDRESS}/times")
    status = 409 if slot else 422
    client.send(page.form_to("/times"), {"token": page.token(), "slot": slot}, status=status)
    assert client.get(f"{ADDRESS}/move?slot={slot}").status_code == 409


def test_a_token_is_good_for_one_time_only(client: CheckingClient, use_cases: FakeUseCases) -> None:
    first, second = chosen(client, 0), client.page(chosen(client, 1))
    answer = client.send(second.form_to("/move"), {"token": client.page(first).token()}, status=422)
    assert "please send it again" in answer.text
    assert use_cases.moving.asked == []


def test_the_appointments_own_time_is_not_offered(client: CheckingClient, use_cases: FakeUseCases) -> None:
    own = NOW.replace(day=26, hour=22, minute=30)
    use_cases.managing.starts_at = own
    page = client.page(f"{ADDRESS}/times")
    assert f"{int(own.timestamp())}-p1" not in page.values("slot")
    check = f"{ADDRESS}/move?slot={int(own.timestamp())}-p1"
    assert client.get(check).status_code == 409
