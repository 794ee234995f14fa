"""Step 5 and what follows: the summary, booked, waiting, lost, failed."""

from dataclasses import replace
from datetime import timedelta

from booking_app.bookings.records import Questions
from tests.pages.shared.client import FRAGMENT, CheckingClient, Page
from tests.pages.widget.fakes import FakeUseCases, waiver
from tests.pages.widget.journey import TUESDAY_NINE, choose, confirm, reach_check

POLL = {**FRAGMENT, "HX-Trigger": "confirming-poll"}


def test_the_summary_shows_everything_and_how_to_change_it(client: CheckingClient) -> None:
    page = client.page(reach_check(client))
    assert page.h1 == ["Check and confirm"]
    for text in (
        "Initial consultation", "Dr Lee", "Tuesday 24 November 2026, 9:00 am", "Adelaide time (ACDT)",
        "12 Pirie Street, Adelaide SA 5000", "Pat Sample", "31 March 1980", "+61 412 345 678", "A sore knee",
        "Consent to treatment", "You may also get a message from the clinic’s booking system.",
    ):  # fmt: skip
        assert text in page.text
    assert 'alt="Signature of Pat Sample"' in page.html
    assert 'src="data:image/svg+xml' in page.html
    assert page.text.count("Change") >= 4


def test_the_policy_is_a_deadline_in_words(client: CheckingClient, use_cases: FakeUseCases) -> None:
    use_cases.browse.known.rules = {"cancel_notice_hours": 12}
    assert (
        "You can cancel online until 9:00 pm on Monday 23 November 2026. It is too late to change the time"
        in client.page(reach_check(client)).text
    )


def test_a_deadline_that_has_passed_says_whom_to_call(client: CheckingClient) -> None:
    assert (
        "It is too late to change or cancel this appointment online. To change it, please call (08) 5550 1234"
        in client.page(reach_check(client)).text
    )


def test_a_buttons_own_address_leads_back_to_its_page(client: CheckingClient) -> None:
    check = reach_check(client)
    for button, page in (("confirm", "check"), ("hold-request", "confirming"), ("withdraw", "confirming")):
        answer = client.get(check.replace("/check", f"/{button}"))
        assert answer.status_code == 303
        assert answer.headers["Location"] == check.replace("/check", f"/{page}")


def test_the_summary_of_an_empty_draft_leads_to_the_details(client: CheckingClient) -> None:
    details = choose(client)
    assert client.get(details.replace("/details", "/check")).headers["Location"] == details


def test_a_service_that_asks_for_more_leads_back_to_the_details(
    client: CheckingClient, use_cases: FakeUseCases
) -> None:
    check = reach_check(client)
    wording = use_cases.browse.known.consent_wording()
    use_cases.browse.asked = Questions((), (waiver("another"),), wording)
    assert client.get(check).headers["Location"].endswith("/details/agreement")


def test_confirming_books_and_says_so(client: CheckingClient, use_cases: FakeUseCases) -> None:
    waiting = confirm(client, reach_check(client))
    done = client.get(waiting).headers["Location"]
    page = client.page(done)
    assert page.h1 == ["Booking confirmed"]
    for text in (
        "BK-7F3K2M9Q",
        "Tuesday 24 November 2026, 9:00 am",
        "Adelaide time (ACDT)",
        "City",
        "Lift to level 2.",
    ):
        assert text in page.text
    assert "/manage/manage-token/booking.ics" in page.links()
    assert "/manage/manage-token" in page.links()
    assert 'data-booked="BK-7F3K2M9Q"' in page.html
    assert "pat@example.com" not in page.html


def test_confirming_twice_books_once(client: CheckingClient, use_cases: FakeUseCases) -> None:
    check = reach_check(client)
    page = client.page(check)
    for _ in range(2):
        client.send(page.form_to("/confirm"), {"token": page.token()})
    assert len(set(use_cases.placing.confirmed)) == 1
    assert client.get(check).headers["Location"].endswith("/done")


def test_a_confirmed_draft_can_no_longer_be_edited(client: CheckingClient) -> None:
    check = reach_check(client)
    confirm(client, check)
    assert client.get(check.replace("/check", "/details")).headers["Location"].endswith("/done")


def test_a_forged_confirmation_books_nothing(client: CheckingClient, use_cases: FakeUseCases) -> None:
    page = client.page(reach_check(client))
    response = client.send(page.form_to("/confirm"), {"token": "forged"}, status=422)
    assert "Nothing was lost; please send it again." in response.text
    assert not use_cases.placing.confirmed


def test_a_slow_confirmation_waits_and_asks_again(client: CheckingClient, use_cases: FakeUseCases) -> None:
    use_cases.placing.outcome = "placing"
    waiting = confirm(client, reach_check(client))
    page = client.page(waiting)
    assert page.h1 == ["We are confirming your booking"]
    assert "If you close this page" in page.text
    assert page.title.startswith("Confirming your booking")
    assert '<meta http-equiv="refresh" content="4">' in page.html
    assert client.get(waiting, headers=POLL).status_code == 204
    use_cases.placing.outcome = "confirmed"
    assert client.get(waiting, headers=POLL).headers["Location"].endswith("/done")


def test_a_patient_chooses_whether_the_request_is_held(client: CheckingClient, use_cases: FakeUseCases) -> None:
    use_cases.placing.outcome = "placing"
    waiting = confirm(client, reach_check(client))
    use_cases.placing.waits_until = use_cases.clock.now() + timedelta(minutes=9)
    offered = client.page(waiting)
    assert offered.h1 == ["Nothing is booked yet"]
    assert "Would you like us to hold this request?" in offered.text
    assert '<meta http-equiv="refresh" content="30">' in offered.html  # nobody is torn from a button they are reading
    client.send(offered.form_to("/hold-request"), {"token": offered.token()})
    held = client.page(waiting)
    assert held.h1 == ["Your request is held"] and "BK-7F3K2M9Q" in held.text
    assert client.get(waiting, headers={**FRAGMENT, "HX-Trigger": "confirming-poll-held"}).status_code == 204
    client.send(held.form_to("/withdraw"), {"token": held.token()})
    assert client.get(waiting).headers["Location"].endswith("/check")


def test_done_before_it_is_done_leads_back_to_waiting(client: CheckingClient, use_cases: FakeUseCases) -> None:
    use_cases.placing.outcome = "placing"
    waiting = confirm(client, reach_check(client))
    assert client.get(waiting.replace("/confirming", "/done")).headers["Location"] == waiting


def test_a_lost_time_offers_others_and_keeps_every_answer(client: CheckingClient, use_cases: FakeUseCases) -> None:
    use_cases.placing.outcome = "slot_lost"
    check = reach_check(client)
    times = client.get(confirm(client, check)).headers["Location"]
    page = client.page(times)
    assert page.h1 == ["Choose a date and time"]
    assert "That time was just taken" in page.text
    near = [values["value"] for _, values in page.tags if values.get("id", "").startswith("near-")]
    assert len(near) == 3
    answer = client.send(page.form_to("/times"), {"token": page.token(), "slot": near[0]})
    assert answer.headers["Location"] == check
    assert "A sore knee" in client.page(check).text


def test_a_time_lost_before_booking_offers_others_too(client: CheckingClient, use_cases: FakeUseCases) -> None:
    check = reach_check(client)
    use_cases.browse.taken.add(("p1", TUESDAY_NINE))
    assert "That time was just taken" in client.page(confirm(client, check)).text


def test_a_failed_booking_is_said_honestly(client: CheckingClient, use_cases: FakeUseCases) -> None:
    use_cases.placing.outcome = "failed"
    page = client.page(confirm(client, reach_check(client)))
    assert page.h1 == ["Your booking is not confirmed yet"]
    assert "call (08) 5550 1234 and quote the reference BK-7F3K2M9Q" in page.text
    assert "data-failed" in page.html


def test_a_booking_cancelled_later_says_so(client: CheckingClient, use_cases: FakeUseCases) -> None:
    waiting = confirm(client, reach_check(client))
    use_cases.placing.outcome = "cancelled"
    assert client.page(waiting.replace("/confirming", "/done")).h1 == ["Booking cancelled"]


def test_no_title_names_a_service_or_a_person(client: CheckingClient) -> None:
    check = reach_check(client)
    for address in ("/b/demo/services?category=c1", "/b/demo/times?service=101", check):
        title = Page(client.get(address).text).title
        assert "consultation" not in title
        assert "Sample" not in title


def test_drafts_of_another_clinic_are_not_shown(client: CheckingClient, use_cases: FakeUseCases) -> None:
    check = reach_check(client)
    use_cases.browse.known.slug = "elsewhere"
    assert client.get(check).status_code == 404
    assert replace(use_cases.drafts.held[check.split("/")[4]]).details is not None


def test_the_clinics_own_words_follow_a_confirmed_booking(client: CheckingClient, use_cases: FakeUseCases) -> None:
    offered = use_cases.browse.offered
    worded = replace(offered.services["101"], confirmation_text="Bring your orthotics.")
    use_cases.browse.offered = replace(offered, services={**offered.services, "101": worded})
    use_cases.browse.known.branding = {"confirmation_text": "Come ten minutes early."}
    check = reach_check(client)
    assert "Bring your orthotics." not in client.page(check).text
    done = client.page(client.get(confirm(client, check)).headers["Location"])
    assert done.text.index("Bring your orthotics.") < done.text.index("Come ten minutes early.")


def test_the_title_says_that_it_is_confirmed_and_names_no_step(client: CheckingClient) -> None:
    done = client.get(confirm(client, reach_check(client))).headers["Location"]
    assert client.page(done).title == "Booking confirmed · Harbour Physiotherapy"


def test_a_confirmed_booking_says_what_it_costs_what_to_bring_and_where_it_is(
    client: CheckingClient, use_cases: FakeUseCases
) -> None:
    offered = use_cases.browse.offered
    worded = replace(offered.services["101"], what_to_bring="Your scans.")
    use_cases.browse.offered = replace(offered, services={**offered.services, "101": worded})
    page = client.page(client.get(confirm(client, reach_check(client))).headers["Location"])
    assert "45 minutes · $95" in page.text
    assert "What to bring Your scans." in page.text
    assert "You may also get a message from the clinic’s booking system." in page.text
    outside = [link for link in page.links() if "google.com" in link or "outlook.live.com" in link]
    assert len(outside) == 3
    assert not any("Sample" in link or "consultation" in link or "manage" in link for link in outside)
    assert "/b/demo" in page.links()


def test_a_second_booking_at_the_same_time_is_asked_about_first(
    client: CheckingClient, use_cases: FakeUseCases
) -> None:
    page = client.page(reach_check(client))
    use_cases.placing.is_double = True
    asked = Page(client.send(page.form_to("/confirm"), {"token": page.token()}, status=409).text)
    assert "You already have an appointment at this time" in asked.text
    assert "Book this one as well" in asked.text
    assert use_cases.placing.confirmed == []
    client.send(asked.form_to("/confirm"), {"token": asked.token(), "as_well": "1"})
    assert len(use_cases.placing.confirmed) == 1
