"""Step 4 in three short screens: each its own address, nothing typed on one of them lost on another."""

from dataclasses import replace
from typing import Any

import pytest

from booking_app.bookings.records import PatientDetails, Questions
from tests.pages.shared.client import FRAGMENT, CheckingClient, Page
from tests.pages.widget.fakes import FIELDS, FakeUseCases, waiver
from tests.pages.widget.journey import TIMES, answers, choose, fill, slot

ABOUT = {
    "first_name": "Pat", "last_name": "Sample", "email": "pat@example.com", "phone": "0412 345 678",
    "date_of_birth_day": "31", "date_of_birth_month": "3", "date_of_birth_year": "1980",
}  # fmt: skip
OWN = {"answer_reason": "A sore knee", "answer_referred": "no"}


def kept(use_cases: FakeUseCases) -> PatientDetails:
    (details,) = [draft.details for draft in use_cases.drafts.held.values() if draft.details]
    return details


def send(client: CheckingClient, address: str, values: dict[str, Any], *, status: int = 303) -> str:
    page = client.page(address)
    return client.send(address, {"token": page.token(), **values}, status=status).headers.get("Location", "")


def agreed(page: Page) -> dict[str, str]:
    return {
        "token": page.token(), "waiver_treatment": page.values("waiver_treatment")[0], "consent_privacy": "y",
        "sign_typed": "y", "sign_name": "Pat Sample",
    }  # fmt: skip


def test_each_screen_has_the_steps_heading_and_one_of_its_own(client: CheckingClient) -> None:
    address, seen = choose(client), []
    for values in (ABOUT, OWN, None):
        page = client.page(address)
        assert page.h1 == ["Your details"]
        seen.append((address.rpartition("/")[2], page.text))
        if values:
            address = send(client, address, values)
    assert [name for name, _ in seen] == ["details", "questions", "agreement"]
    for (_, text), heading, number in zip(
        seen, ("About you", "Questions", "Agreement and signature"), "123", strict=True
    ):
        assert f"Part {number} of 3 {heading}" in text
    check = client.send(address, agreed(page)).headers["Location"]
    assert check.endswith("/check")


def test_back_leads_to_the_screen_before(client: CheckingClient) -> None:
    first = choose(client)
    second = send(client, first, ABOUT)
    assert second.replace("/questions", "") in client.page(second).links()
    third = send(client, second, OWN)
    assert second in client.page(third).links()
    assert client.page(second).values("answer_referred") == ["yes", "no"]


def test_a_screen_that_waits_for_another_leads_there(client: CheckingClient) -> None:
    address = choose(client)
    assert client.get(f"{address}/agreement").headers["Location"] == address
    second = send(client, address, ABOUT)
    assert client.get(second.replace("questions", "agreement")).headers["Location"] == second


def test_a_screen_with_nothing_to_ask_is_left_out(client: CheckingClient, use_cases: FakeUseCases) -> None:
    use_cases.browse.asked = Questions((), (waiver(),), use_cases.browse.known.consent_wording())
    address = choose(client)
    assert "Part 1 of 2" in client.page(address).text
    assert send(client, address, ABOUT).endswith("/details/agreement")


def test_optional_questions_are_shown_all_the_same(client: CheckingClient, use_cases: FakeUseCases) -> None:
    optional = tuple(replace(spec, required=False, show_if=None) for spec in FIELDS)
    use_cases.browse.asked = Questions(optional, (waiver(),), use_cases.browse.known.consent_wording())
    assert send(client, choose(client), ABOUT).endswith("/details/questions")


def test_a_refused_screen_keeps_what_was_typed_and_shows_it_again(
    client: CheckingClient, use_cases: FakeUseCases
) -> None:
    address = choose(client)
    page = client.page(address)
    refused = client.send(address, {"token": page.token(), **ABOUT, "email": "pat@"}, status=422, headers=FRAGMENT)
    moved = refused.headers["HX-Replace-Url"]
    assert "HX-Push-Url" not in refused.headers
    assert moved != address
    again = client.page(moved)
    assert again.values("first_name") == ["Pat"]
    assert again.values("email") == ["pat@"]
    assert again.values("date_of_birth_year") == ["1980"]
    assert "There is a problem" not in again.text
    assert "Pat" not in client.page(address).html
    # The form that was refused can be sent as it is, to where its page says.
    shown = Page(refused.text)
    assert client.send(shown.form_to("/details"), {"token": shown.token(), **ABOUT}).status_code == 303


def test_an_empty_form_moves_nothing(client: CheckingClient, use_cases: FakeUseCases) -> None:
    address = choose(client)
    page = client.page(address)
    refused = client.send(address, {"token": page.token()}, status=422, headers=FRAGMENT)
    assert refused.headers["HX-Replace-Url"] == address
    assert len(use_cases.drafts.held) == 1


@pytest.mark.parametrize(
    "born",
    [
        {"date_of_birth": "1980-03-31"},
        {"date_of_birth_day": "31/3/1980"},
        {"date_of_birth_day": "31 3 1980"},
        {"date_of_birth_day": "31 March 1980"},
        {"date_of_birth_day": "31", "date_of_birth_month": "march", "date_of_birth_year": "1980"},
        {"date_of_birth": "31/3/1980"},
    ],
)
def test_a_date_of_birth_is_read_as_it_is_typed(
    client: CheckingClient, use_cases: FakeUseCases, born: dict[str, str]
) -> None:
    person = {name: value for name, value in ABOUT.items() if not name.startswith("date")}
    check = send(client, choose(client), {**person, **born, **OWN, **agreements(use_cases)})
    assert check.endswith("/check")
    assert kept(use_cases).date_of_birth.isoformat() == "1980-03-31"


def agreements(use_cases: FakeUseCases) -> dict[str, str]:
    version = waiver().version_sha256
    return {"waiver_treatment": version, "consent_privacy": "y", "sign_typed": "y", "sign_name": "Pat Sample"}


@pytest.mark.parametrize(
    ("typed", "sentence", "wrong"),
    [
        (("31", "", "1980"), "Enter the month", ["month"]),
        (("31", "13", "1980"), "Enter the month as a number from 1 to 12, or as its name", ["month"]),
        (("31", "2", "1980"), "February 1980 has no day 31", ["day"]),
        (("", "", ""), "Enter a date of birth, for example 31 3 1980", ["day", "month", "year"]),
    ],
)
def test_a_date_that_is_none_says_which_box_to_correct(
    client: CheckingClient, typed: tuple[str, str, str], sentence: str, wrong: list[str]
) -> None:
    address = choose(client)
    boxes = dict(zip(("date_of_birth_day", "date_of_birth_month", "date_of_birth_year"), typed, strict=True))
    answer = client.send(address, {"token": client.page(address).token(), **ABOUT, **boxes}, status=422)
    page = Page(answer.text)
    assert f'<a href="#date_of_birth">{sentence}</a>' in page.html
    inputs = {values.get("name"): values for tag, values in page.tags if tag == "input"}
    marked = [part for part in ("day", "month", "year") if "aria-invalid" in inputs[f"date_of_birth_{part}"]]
    assert marked == wrong
    assert [inputs[name]["value"] for name in boxes] == list(typed)


def test_everything_posted_at_once_goes_straight_to_the_check(client: CheckingClient, use_cases: FakeUseCases) -> None:
    address = choose(client)
    values = answers(client.page(address), waiver_treatment=waiver().version_sha256)
    assert client.send(address, values).headers["Location"].endswith("/check")
    assert kept(use_cases).email == "pat@example.com"


def test_of_everything_posted_at_once_the_first_wrong_screen_is_shown(client: CheckingClient) -> None:
    address = choose(client)
    values = answers(client.page(address), waiver_treatment=waiver().version_sha256, answer_referred=None)
    refused = client.send(address, values, status=422)
    assert "Answer yes or no: “Were you referred?”" in refused.text
    assert Page(refused.text).form_to("/questions")


def test_a_change_after_signing_is_agreed_to_again_with_everything_filled_in(
    client: CheckingClient, use_cases: FakeUseCases
) -> None:
    check = fill(client, choose(client))
    about = check.replace("/check", "/details")
    assert send(client, about, ABOUT) == check  # nothing was changed
    again = send(client, about, {**ABOUT, "first_name": "Patricia"})
    assert again.endswith("/details/agreement")
    page = client.page(again)
    assert page.values("sign_name") == ["Pat Sample"]
    ticked = [values["name"] for tag, values in page.tags if tag == "input" and "checked" in values]
    assert {"waiver_treatment", "consent_privacy"} <= set(ticked)
    assert client.send(again, agreed(page)).headers["Location"] == check
    assert kept(use_cases).first_name == "Patricia"


def test_answers_of_another_service_wait_for_its_return(client: CheckingClient, use_cases: FakeUseCases) -> None:
    check = fill(client, choose(client))
    use_cases.browse.asked = Questions((), (), use_cases.browse.known.consent_wording())
    client.page(check)
    use_cases.browse.asked = None
    page = client.page(check.replace("/check", "/details/questions"))
    assert "A sore knee" in page.html


def test_a_text_that_changed_is_not_ticked_though_the_old_one_was(
    client: CheckingClient, use_cases: FakeUseCases
) -> None:
    check = fill(client, choose(client))
    use_cases.browse.asked = Questions(
        FIELDS, (waiver(body="# New\n\nText.\n"),), use_cases.browse.known.consent_wording()
    )
    address = client.get(check).headers["Location"]
    assert address.endswith("/agreement")
    ticked = [values["name"] for tag, values in client.page(address).tags if tag == "input" and "checked" in values]
    assert "waiver_treatment" not in ticked
    assert "consent_privacy" in ticked


def test_choosing_another_time_keeps_what_was_typed(client: CheckingClient, use_cases: FakeUseCases) -> None:
    second = send(client, choose(client), ABOUT)
    token = second.split("/")[4]
    # The page without a key in its address, reached by Back; its script knows the draft.
    page = client.page(TIMES)
    values = {"token": page.token(), "slot": slot("p2"), "draft": token}
    assert client.send(page.form_to("/times"), values).headers["Location"] == second
    assert use_cases.drafts.held[token].choice.practitioner_id == "p2"
    assert client.page(second.replace("/questions", "")).values("first_name") == ["Pat"]


def test_a_draft_that_is_booked_is_not_gone_on_with(client: CheckingClient, use_cases: FakeUseCases) -> None:
    token = send(client, choose(client), ABOUT).split("/")[4]
    use_cases.drafts.held[token] = replace(use_cases.drafts.held[token], booking_state="confirmed")
    for gone in (token, "unknown"):
        page = client.page(TIMES)
        answer = client.send(page.form_to("/times"), {"token": page.token(), "slot": slot("p2"), "draft": gone})
        assert answer.headers["Location"].split("/")[4] != token


def test_pages_with_nothing_personal_may_be_restored_by_the_browser(client: CheckingClient) -> None:
    address = choose(client)
    assert client.get(address).headers["Cache-Control"] == "private, no-cache"
    personal = send(client, address, ABOUT)
    assert client.get(personal).headers["Cache-Control"] == "no-store"


def test_a_likely_slip_in_an_email_is_asked_about(client: CheckingClient) -> None:
    second = send(client, choose(client), {**ABOUT, "email": "pat@gmial.com"})
    page = client.page(second.replace("/questions", ""))
    assert "Did you mean pat@gmail.com" in page.text.replace("<strong> ", "")


def test_a_long_text_says_how_long_it_takes(client: CheckingClient, use_cases: FakeUseCases) -> None:
    long = waiver(body="word " * 440)
    use_cases.browse.asked = Questions((), (long,), use_cases.browse.known.consent_wording())
    page = client.page(send(client, choose(client), ABOUT))
    assert "440 words, about 2 minutes to read" in page.text
    assert "data-long" in page.html
