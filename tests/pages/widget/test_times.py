"""Step 3: the times of a week, and choosing one."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest

from booking_app.bookings.errors import TooManyHolds
from booking_app.bookings.records import Draft
from tests.pages.shared.client import FRAGMENT, CheckingClient, Page
from tests.pages.widget.fakes import FakeUseCases
from tests.pages.widget.journey import TIMES, TUESDAY_NINE, choose, reach_check, slot


def only_draft(use_cases: FakeUseCases) -> Draft:
    (draft,) = use_cases.drafts.held.values()
    return draft


def test_each_time_is_a_radio_named_by_day_time_and_practitioner(client: CheckingClient) -> None:
    text = client.page(TIMES + "&practitioner=p1").html
    label = (
        '<span class="unseen">Tuesday 24 November 2026, </span>'
        '<time datetime="2026-11-24T09:00:00+10:30">9:00 am</time>'
        '<span class="unseen"> with Dr Lee</span>'
    )
    assert label in text


def test_the_zone_is_named(client: CheckingClient) -> None:
    assert "Times are in Adelaide time (ACDT)." in client.page(TIMES).text


def test_places_and_people_are_choices_where_there_are_several(client: CheckingClient) -> None:
    page = client.page(TIMES)
    assert page.text.index("Any practitioner") < page.text.index("Dr Lee")
    assert any("location=l2" in link for link in page.links())
    single = client.page("/b/demo/times?service=201")
    assert "Any practitioner" not in single.text
    assert ">, Float pod</span>" in single.html


def test_a_clinic_may_do_without_any_practitioner(client: CheckingClient, use_cases: FakeUseCases) -> None:
    use_cases.browse.known.rules = {"allow_any_practitioner": False}
    page = client.page(TIMES)
    assert "Any practitioner" not in page.text
    current = [values.get("href", "") for _, values in page.tags if "aria-current" in values]
    assert any("practitioner=p1" in href for href in current)
    client.send(page.form_to("/times"), {"token": page.token(), "slot": slot()})
    assert not only_draft(use_cases).choice.any_practitioner


def test_later_and_earlier_dates_are_links(client: CheckingClient) -> None:
    first = client.page(TIMES)
    assert "Earlier dates" not in first.text
    later = next(link for link in first.links() if "from=2026-11-30" in link)
    second = client.page(later)
    assert "30 November to 6 December" in second.text
    assert any("from=2026-11-23" in link for link in second.links())


def test_the_last_week_within_the_horizon_has_no_later_dates(client: CheckingClient) -> None:
    assert "Later dates" not in client.page(TIMES + "&from=2027-01-18").text


def test_an_empty_week_says_so_and_offers_the_next_free_day(client: CheckingClient, use_cases: FakeUseCases) -> None:
    use_cases.browse.empty_until = date(2026, 12, 9)
    page = client.page(TIMES)
    assert "There are no free times from 23 to 29 November" in page.text
    assert "Wednesday 9 December 2026" in page.text
    assert any("from=2026-12-09" in link for link in page.links())


def test_old_times_say_how_old_they_are(client: CheckingClient, use_cases: FakeUseCases) -> None:
    use_cases.browse.is_stale = True
    assert "These times were read 7 minutes ago." in client.page(TIMES).text


class TestATimeFromAWeekThatWasNotNew:
    """Cliniko is asked once more before it is held."""

    def test_is_held_when_a_new_reading_still_has_it(self, client: CheckingClient, use_cases: FakeUseCases) -> None:
        use_cases.browse.is_stale = True
        assert "/details" in choose(client)
        assert [one.starts_at for one in use_cases.browse.reread] == [TUESDAY_NINE]

    def test_that_is_gone_meanwhile_is_said_to_be(self, client: CheckingClient, use_cases: FakeUseCases) -> None:
        use_cases.browse.is_stale = True
        use_cases.browse.gone_since = {("p1", TUESDAY_NINE), ("p2", TUESDAY_NINE)}
        page = client.page(TIMES)
        answer = client.send(page.form_to("/times"), {"token": page.token(), "slot": slot()}, status=409)
        assert "That time was just taken" in Page(answer.text).text
        assert not use_cases.drafts.held

    def test_goes_to_whom_a_new_reading_has_free(self, client: CheckingClient, use_cases: FakeUseCases) -> None:
        use_cases.browse.is_stale = True
        use_cases.browse.gone_since = {("p1", TUESDAY_NINE)}
        choose(client)
        assert only_draft(use_cases).choice.practitioner_id == "p2"

    @pytest.mark.parametrize("is_away", [True, False])
    def test_is_read_no_second_time_while_cliniko_is_away_or_when_it_was_new(
        self, client: CheckingClient, use_cases: FakeUseCases, is_away: bool
    ) -> None:
        use_cases.browse.is_stale = use_cases.browse.is_away = is_away
        assert "/details" in choose(client)
        assert use_cases.browse.reread == []


def test_times_by_video_can_show_the_visitors_own_zone(client: CheckingClient) -> None:
    page = client.page("/b/demo/times?service=103")
    assert "data-own-zone" in page.html
    assert "js/times.js" in page.html
    assert "data-own-zone" not in client.page(TIMES).html


def test_choosing_a_time_opens_a_draft_and_leads_to_the_details(
    client: CheckingClient, use_cases: FakeUseCases
) -> None:
    address = choose(client, query=TIMES + "&utm_source=spring")
    assert address.endswith("/details")
    draft = only_draft(use_cases)
    assert draft.choice.starts_at == TUESDAY_NINE
    assert draft.choice.any_practitioner
    assert draft.attribution == {"utm_source": "spring"}
    assert "utm_" not in address


def test_what_the_page_around_the_frame_said_is_kept_with_the_draft(
    client: CheckingClient, use_cases: FakeUseCases
) -> None:
    page = client.page(TIMES + "&utm_source=spring")
    said = "utm_source=other&utm_term=knee&referrer_host=search.example&gclid=abc&consent=granted&email=pat"
    client.send(page.form_to("/times"), {"token": page.token(), "slot": slot(), "came": said})
    assert only_draft(use_cases).attribution == {
        "utm_source": "spring", "utm_term": "knee", "referrer_host": "search.example", "gclid": "abc",
    }  # fmt: skip


@pytest.mark.parametrize("consent", ["", "&consent=denied", "&consent=unknown"])
def test_without_consent_no_click_id_is_kept(client: CheckingClient, use_cases: FakeUseCases, consent: str) -> None:
    page = client.page(TIMES)
    client.send(page.form_to("/times"), {"token": page.token(), "slot": slot(), "came": "gclid=abc" + consent})
    assert only_draft(use_cases).attribution == {}


@pytest.mark.parametrize("said", ["%", "&" * 5000, "a=b&" * 5000, "gclid"])
def test_a_message_that_cannot_be_read_stops_nobody(client: CheckingClient, use_cases: FakeUseCases, said: str) -> None:
    page = client.page(TIMES)
    client.send(page.form_to("/times"), {"token": page.token(), "slot": slot(), "came": said})
    assert only_draft(use_cases).attribution == {}


def test_a_draft_that_moves_to_another_time_keeps_where_it_came_from(client: CheckingClient) -> None:
    details = choose(client)
    assert client.page(TIMES).values("came") == [""]
    assert client.page(details.replace("/details", "/times?service=101&location=l1")).values("came") == []


def test_no_time_chosen_is_said_at_the_top(client: CheckingClient) -> None:
    page = client.page(TIMES)
    response = client.send(page.form_to("/times"), {"token": page.token()}, status=422, headers=FRAGMENT)
    shown = Page(response.text)
    assert "Choose a time" in shown.text
    assert shown.title.startswith("Error: ")
    assert "<html" not in response.text


def test_a_time_that_was_never_offered_is_refused(client: CheckingClient, use_cases: FakeUseCases) -> None:
    page = client.page(TIMES)
    for value in (slot(at=TUESDAY_NINE + timedelta(minutes=5)), "nonsense", "9" * 30 + "-p1"):
        response = client.send(page.form_to("/times"), {"token": page.token(), "slot": value}, status=409)
        assert "That time was just taken" in response.text
    assert not use_cases.drafts.held


def test_a_time_just_taken_offers_the_nearest_three_first(client: CheckingClient, use_cases: FakeUseCases) -> None:
    page = client.page(TIMES + "&practitioner=p1")
    use_cases.browse.taken.add(("p1", TUESDAY_NINE))
    response = client.send(page.form_to("/times"), {"token": page.token(), "slot": slot()}, status=409)
    shown = Page(response.text)
    assert shown.h1 == ["Choose a date and time"]
    near = [values["value"] for _, values in shown.tags if values.get("id", "").startswith("near-")]
    assert len(near) == 3
    assert len(set(shown.values("slot"))) == len(shown.values("slot"))
    answer = client.send(shown.form_to("/times"), {"token": shown.token(), "slot": near[0]})
    assert answer.headers["Location"].endswith("/details")


def test_for_any_practitioner_somebody_else_takes_a_time_that_was_just_lost(
    client: CheckingClient, use_cases: FakeUseCases
) -> None:
    page = client.page(TIMES)
    use_cases.browse.taken.add(("p1", TUESDAY_NINE))
    client.send(page.form_to("/times"), {"token": page.token(), "slot": slot("p1")})
    assert only_draft(use_cases).choice.practitioner_id == "p2"


def test_another_time_for_a_finished_draft_keeps_the_answers(client: CheckingClient, use_cases: FakeUseCases) -> None:
    check = reach_check(client)
    times = next(link for link in client.page(check).links() if "/times?" in link)
    page = client.page(times)
    assert "We’re holding Tuesday 24 November 2026, 9:00 am for you" in page.text
    value = slot("p1", TUESDAY_NINE + timedelta(minutes=30))
    answer = client.send(page.form_to("/times"), {"token": page.token(), "slot": value})
    assert answer.headers["Location"] == check
    assert "9:30 am" in client.page(check).text


def test_too_many_holds_are_asked_to_wait(client: CheckingClient, use_cases: FakeUseCases) -> None:
    use_cases.drafts.refusal = TooManyHolds()
    page = client.page(TIMES)
    answer = client.send(page.form_to("/times"), {"token": page.token(), "slot": slot()}, status=429)
    assert "Please wait a little" in answer.text
    assert answer.headers["Retry-After"] == "60"


def test_the_token_of_another_service_does_not_choose(client: CheckingClient, use_cases: FakeUseCases) -> None:
    other = client.page("/b/demo/times?service=102").token()
    response = client.send(TIMES, {"token": other, "slot": slot()}, status=422)
    assert "This page was open too long" in response.text
    assert f'value="{slot()}" checked' in response.text
    assert not use_cases.drafts.held


def test_the_one_practitioner_is_introduced_with_text_and_a_small_photo(
    client: CheckingClient, use_cases: FakeUseCases
) -> None:
    people = use_cases.browse.offered.practitioners
    lee = replace(people["p1"], description="Knees and hips.", photo="lee.png")
    use_cases.browse.offered = replace(use_cases.browse.offered, practitioners={**people, "p1": lee})
    several, one = client.page(TIMES), client.page(TIMES + "&practitioner=p1")
    assert (
        '<span class="choices-about">Knees and hips. </span>' in several.html
        and 'class="choices-photo"' in several.html
    )
    assert "Knees and hips." in one.text
    photo = '<img class="introduction-photo" src="/b/demo/files/lee.png?size=small" alt="" loading="lazy"'
    assert photo in one.html
    assert "introduction" not in client.page(TIMES + "&practitioner=p2").html


def test_under_any_practitioner_a_time_promises_nobody(client: CheckingClient) -> None:
    page = client.page("/b/demo/times?service=101&location=l1")
    week = page.html.partition('id="times"')[2]
    assert "Dr Lee" not in week and "Amira Haddad" not in week
    assert "with Amira Haddad" in client.page("/b/demo/times?service=101&location=l1&practitioner=p2").html


def test_who_it_is_with_is_said_before_it_is_confirmed(client: CheckingClient) -> None:
    assert "Dr Lee" in client.page(reach_check(client)).text


def test_times_have_no_fractions_of_a_second(client: CheckingClient, use_cases: FakeUseCases) -> None:
    use_cases.clock.advance(minutes=0)
    for address in (TIMES, reach_check(client)):
        stamps = [values["datetime"] for tag, values in client.page(address).tags if tag == "time"]
        assert stamps
        assert all("." not in stamp for stamp in stamps)


def test_where_not_everybody_was_asked_yet_a_link_brings_more(use_cases: FakeUseCases, client: CheckingClient) -> None:
    use_cases.browse.has_more = True
    page = client.page(TIMES)
    assert "Show more times" in page.text
    assert page.values("slot")
    use_cases.browse.has_more = False
    assert "Show more times" not in client.page(TIMES).text


def test_a_practitioner_is_shown_with_the_profession(client: CheckingClient, use_cases: FakeUseCases) -> None:
    offered = use_cases.browse.offered
    amira = replace(offered.practitioners["p2"], profession="Physiotherapist")
    use_cases.browse.offered = replace(offered, practitioners={**offered.practitioners, "p2": amira})
    assert "<span>Physiotherapist </span>" in client.page(TIMES).html
    assert "<strong>Amira Haddad</strong>, Physiotherapist" in client.page(f"{TIMES}&practitioner=p2").html


def card(page: Page, name: str) -> tuple[str, str]:
    """What is written on the choice of that name, and where it leads."""
    found = re.search(rf'<a href="([^"]+)"[^>]*>(?:<img[^>]*>)?<span>{name}(<span.*?)</a>', page.html, re.DOTALL)
    assert found
    return " ".join(re.sub("<[^>]+>", "", found[2]).split()), unescape(found[1])


def test_places_and_people_say_when_they_are_free_first(client: CheckingClient, use_cases: FakeUseCases) -> None:
    """The clock stands at 11:30 on Monday; nobody has asked for Glenelg yet, which is not guessed."""
    use_cases.browse.taken = {("p2", datetime(2026, 11, 23, 3, 30, tzinfo=UTC))}
    page = client.page(TIMES)
    assert card(page, "City")[0] == "Adelaide SA Next: today, 2:00 pm"
    assert card(page, "Glenelg")[0] == "Glenelg SA Choose to see times"
    assert card(page, "Any practitioner")[0] == "Next: today, 2:00 pm"
    assert card(page, "Dr Lee")[0] == "Next: today, 2:00 pm"
    assert card(page, "Amira Haddad")[0] == "Next: tomorrow, 9:00 am"


def test_where_several_places_are_open_the_patient_is_asked_and_told_which_is_shown(client: CheckingClient) -> None:
    """An address that names none still shows times, so that whoever does not care has nothing to press."""
    asked = client.page("/b/demo/times?service=101")
    assert "Where would you like to come?" in asked.text
    assert "These are the times at City." in asked.text
    assert asked.values("slot")
    chosen = client.page(card(asked, "Glenelg")[1])
    assert "Where would you like to come?" not in chosen.text
    assert "3 Jetty Road, Glenelg SA 5045" in chosen.text
    assert "Where would" not in client.page("/b/demo/times?service=201").text
