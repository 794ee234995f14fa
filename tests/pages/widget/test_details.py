"""Step 4: the patient, the clinic's questions, the waiver and the signature."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from booking_app.bookings.records import PatientDetails, Questions
from tests.pages.shared.client import FRAGMENT, CheckingClient, Page
from tests.pages.widget.fakes import FakeUseCases, waiver
from tests.pages.widget.journey import answers, choose, fill, reach_check

STROKES = {"width": 320, "height": 180, "strokes": [[[20 + 5 * n, 60 + 30 * (n % 2)] for n in range(30)]]}


@pytest.fixture(autouse=True)
def one_screen(use_cases: FakeUseCases) -> None:
    use_cases.browse.known.rules = {"details_screens": "one"}


def kept(use_cases: FakeUseCases) -> PatientDetails:
    (details,) = [draft.details for draft in use_cases.drafts.held.values() if draft.details]
    return details


def test_the_form_has_the_labels_a_patient_finds_it_by(client: CheckingClient) -> None:
    page = client.page(choose(client))
    assert page.h1 == ["Your details"]
    for label in ("First name", "Last name", "Email", "Mobile phone", "Date of birth"):
        assert f">{label}</label>" in page.html
    for label in ("Guardian first name", "Guardian last name", "Guardian phone", "Relationship", "Your full name"):
        assert f">{label}</label>" in page.html
    assert 'aria-label="Sign here: empty"' in page.html
    assert ">Type my name instead</label>" in page.html


def test_what_is_required_says_so_and_helps_to_fill_it(client: CheckingClient) -> None:
    inputs = {values.get("name"): values for tag, values in client.page(choose(client)).tags if tag == "input"}
    for name in ("first_name", "last_name", "email", "phone", "date_of_birth", "consent_privacy", "waiver_treatment"):
        assert "required" in inputs[name], name
    assert inputs["first_name"]["autocomplete"] == "given-name"
    assert inputs["phone"]["inputmode"] == "tel"
    assert inputs["date_of_birth"]["type"] == "date"
    assert inputs["date_of_birth"]["max"] == "2026-11-23"
    assert "required" not in inputs["consent_email_marketing"]
    assert "checked" not in inputs["consent_email_marketing"]


def test_the_waiver_stands_there_as_text(client: CheckingClient) -> None:
    assert "<strong>examines</strong>" in client.page(choose(client)).html


def test_the_headings_of_a_waiver_follow_the_outline_of_the_page(
    client: CheckingClient, use_cases: FakeUseCases
) -> None:
    body = "## What we do\n\nText.\n\n### In detail\n\nMore.\n"
    use_cases.browse.asked = Questions((), (waiver(body=body),), use_cases.browse.known.consent_wording())
    page = client.page(choose(client))
    assert "<h4>What we do</h4>" in page.html
    assert "<h5>In detail</h5>" in page.html


def test_a_condition_is_also_said_in_words(client: CheckingClient) -> None:
    page = client.page(choose(client))
    assert 'data-show-if="answer_referred" data-show-equals="yes"' in page.html
    assert "Answer only if “Were you referred?” is “Yes”." in page.text


def test_the_hold_is_said_in_words(client: CheckingClient) -> None:
    assert "holding this time until 11:40 am" in client.page(choose(client)).text


def test_the_details_move_to_a_new_address_that_the_old_one_does_not_show(
    client: CheckingClient, use_cases: FakeUseCases
) -> None:
    details = choose(client)
    check = fill(client, details)
    assert check.endswith("/check")
    assert check.split("/")[4] != details.split("/")[4]
    assert "pat@example.com" not in client.page(details).html
    assert kept(use_cases).phone == "+61412345678"
    assert kept(use_cases).waiver_versions == {"treatment": waiver().version_sha256}
    assert kept(use_cases).consents == {"privacy": True, "email_marketing": False, "sms_marketing": False}


def test_the_circumstances_of_signing_are_kept(client: CheckingClient, use_cases: FakeUseCases) -> None:
    page = client.page(address := choose(client))
    use_cases.clock.advance(minutes=5)
    client.send(address, answers(page), headers={"User-Agent": "Telephone", "Accept-Language": "fr-FR, de"})
    evidence = use_cases.drafts.evidence
    assert evidence is not None
    assert evidence.signed_at - evidence.shown_at == timedelta(minutes=5)
    # What the page was in, not what the browser would have liked.
    (language,) = [values["lang"] for tag, values in page.tags if tag == "html"]
    assert (evidence.user_agent, evidence.language) == ("Telephone", language)


def test_every_mistake_is_listed_at_the_top_and_said_at_its_field(client: CheckingClient) -> None:
    address = choose(client)
    token = client.page(address).token()
    response = client.send(address, {"token": token}, status=422, headers=FRAGMENT)
    page = Page(response.text)
    assert page.title.startswith("Error: Book an appointment – step 4 of 5")
    for target, sentence in (
        ("first_name", "Enter a first name"),
        ("date_of_birth", "Enter a date of birth, for example 31 3 1980"),
        ("answer_referred", "Answer yes or no: “Were you referred?”"),
        ("waiver_treatment", "Tick the box to agree to “Consent to treatment”"),
        ("sign", "Sign in the box, or choose to type your name instead"),
        ("consent_privacy", "Agree to the privacy notice to continue"),
    ):
        assert f'<a href="#{target}">{sentence}</a>' in page.html
        assert page.html.count(sentence) == 2
    inputs = {values.get("name"): values for tag, values in page.tags if tag == "input"}
    assert inputs["first_name"]["aria-invalid"] == "true"
    assert inputs["first_name"]["aria-describedby"] == "first_name-error"
    targets = {link[1:] for link in page.links() if link.startswith("#")}
    assert targets <= {values.get("id") for _, values in page.tags}


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("email", "pat@", "Enter an email address like name@example.com"),
        ("phone", "12", "Enter a phone number like 0412 345 678"),
        ("date_of_birth", "2027-01-01", "Enter a date of birth in the past"),
        ("date_of_birth", "1904-01-01", "Enter a date of birth within the last 120 years"),
        ("date_of_birth", "31/3/80", "Enter the year with all four digits, for example 1980"),
        ("first_name", "   ", "Enter a first name"),
        ("answer_pain", "lots", "Enter a number for “Pain from 0 to 10”"),
        ("answer_areas", "Elbow", "Choose from the answers offered for Where does it hurt"),
        ("sign_name", "", "Enter your full name as your signature"),
    ],
)
def test_a_value_that_will_not_do_is_refused_in_words(
    client: CheckingClient, use_cases: FakeUseCases, field: str, value: str, sentence: str
) -> None:
    address = choose(client)
    posted = answers(client.page(address), **{field: value})
    response = client.send(address, posted, status=422)
    assert sentence in response.text
    assert 'value="pat@example.com"' in response.text or field == "email"
    assert use_cases.drafts.evidence is None


def test_a_minor_needs_a_guardian(client: CheckingClient, use_cases: FakeUseCases) -> None:
    address = choose(client)
    page = client.page(address)
    response = client.send(address, answers(page, date_of_birth="2012-05-04"), status=422)
    assert "Enter the guardian’s first name" in response.text
    guardian = {
        "guardian_first_name": "Sam", "guardian_last_name": "Sample", "guardian_phone": "0412 345 679",
        "relationship": "Mother",
    }  # fmt: skip
    client.send(address, answers(page, date_of_birth="2012-05-04", **guardian))
    found = kept(use_cases).guardian
    assert found is not None
    assert (found.first_name, found.phone) == ("Sam", "+61412345679")


def test_an_adult_on_the_birthday_needs_none(client: CheckingClient, use_cases: FakeUseCases) -> None:
    fill(client, choose(client), date_of_birth="2008-11-23", guardian_first_name="Left over")
    assert kept(use_cases).guardian is None


def test_a_hidden_question_is_not_answered(client: CheckingClient, use_cases: FakeUseCases) -> None:
    fill(client, choose(client), answer_referred="no", answer_referrer="Dr Secret")
    assert set(kept(use_cases).answers) == {"reason", "referred"}


def test_a_drawn_signature_is_kept_as_strokes_and_shown_again(client: CheckingClient, use_cases: FakeUseCases) -> None:
    address = choose(client)
    drawn = {"sign_typed": None, "sign_name": None, "sign_strokes": json.dumps(STROKES)}
    response = client.send(address, answers(client.page(address), consent_privacy=None, **drawn), status=422)
    assert json.loads(Page(response.text).values("sign_strokes")[0]) == STROKES
    check = fill(client, address, **drawn)
    signature = kept(use_cases).signature
    assert signature is not None
    assert signature.method == "drawn"
    again = client.page(client.page(check).links()[0])
    assert json.loads(again.values("sign_strokes")[0])["strokes"]


def test_a_dot_is_no_signature(client: CheckingClient) -> None:
    address = choose(client)
    dot = json.dumps({"width": 320, "height": 180, "strokes": [[[5, 5]]]})
    posted = answers(client.page(address), sign_typed=None, sign_name=None, sign_strokes=dot)
    assert '<a href="#sign">' in client.send(address, posted, status=422).text


def test_a_typed_name_counts_without_the_tick_when_nothing_is_drawn(
    client: CheckingClient, use_cases: FakeUseCases
) -> None:
    fill(client, choose(client), sign_typed=None)
    signature = kept(use_cases).signature
    assert signature is not None
    assert signature.typed_name == "Pat Sample"


def test_no_signature_is_asked_where_no_waiver_wants_one(client: CheckingClient, use_cases: FakeUseCases) -> None:
    wording = use_cases.browse.known.consent_wording()
    use_cases.browse.asked = Questions((), (waiver(signature="none"),), wording)
    address = choose(client)
    assert "Sign here" not in client.page(address).text
    fill(client, address, sign_typed=None, sign_name=None)
    assert kept(use_cases).signature is None


def test_a_waiver_that_changed_meanwhile_has_to_be_read_again(client: CheckingClient, use_cases: FakeUseCases) -> None:
    address = choose(client)
    posted = answers(client.page(address))
    wording = use_cases.browse.known.consent_wording()
    use_cases.browse.asked = Questions((), (waiver(body="# Another text\n\nRead me.\n"),), wording)
    response = client.send(address, posted, status=422)
    assert "This text was updated while the page was open" in response.text
    assert f'value="{waiver().version_sha256}"' not in response.text


def test_only_the_consents_with_wording_are_asked(client: CheckingClient, use_cases: FakeUseCases) -> None:
    use_cases.browse.known.consents = {}
    page = client.page(choose(client))
    assert not page.values("consent_email_marketing")
    assert page.values("consent_privacy")


def test_what_was_typed_is_there_again(client: CheckingClient) -> None:
    check = reach_check(client, answer_areas=["Knee", "Neck"], answer_side="Left", answer_since="2026-11-01")
    details = next(link for link in client.page(check).links() if link.endswith("/details"))
    page = client.page(details)
    assert page.values("first_name") == ["Pat"]
    assert page.values("date_of_birth") == ["1980-03-31"]
    assert page.values("answer_since") == ["2026-11-01"]
    chosen = [values["value"] for tag, values in page.tags if tag == "input" and "checked" in values]
    assert {"Neck", "Knee", "Left", "no"} <= set(chosen)


MARKUP = "\"><script>alert(1)</script>'&{{ 7*7 }}"


def test_markup_in_every_field_is_only_text(client: CheckingClient) -> None:
    wild = dict.fromkeys(("first_name", "last_name", "answer_reason", "sign_name", "relationship"), MARKUP)
    address = choose(client)
    refused = client.send(address, answers(client.page(address), phone=MARKUP, email=MARKUP, **wild), status=422)
    assert "<script>alert" not in refused.text
    check = fill(client, address, **wild)
    assert "<script>alert" not in client.page(check).html
    assert "49" not in client.page(check).text.split("Your answers")[1].split("What you agreed")[0]


@pytest.mark.parametrize("token", ["", "0.0", "zz", "6b039010.00", "ffffffffffffffff.aa"])
def test_a_forged_token_keeps_every_value_and_asks_again(
    client: CheckingClient, use_cases: FakeUseCases, token: str
) -> None:
    address = choose(client)
    response = client.send(address, answers(client.page(address), token=token), status=422)
    assert "This page was open too long. Nothing was lost; please send it again." in response.text
    assert 'value="pat@example.com"' in response.text
    client.send(address, answers(Page(response.text)))


def test_a_stale_token_is_refused_and_a_fresh_one_given(client: CheckingClient, use_cases: FakeUseCases) -> None:
    address = choose(client)
    posted = answers(client.page(address))
    use_cases.clock.advance(hours=6, seconds=1)
    response = client.send(address, posted, status=422)
    assert "This page was open too long" in response.text
    client.send(address, {**posted, "token": Page(response.text).token()})


def test_the_token_of_another_draft_or_purpose_is_refused(client: CheckingClient) -> None:
    first, second = choose(client), choose(client)
    foreign = client.page(second).token()
    assert "open too long" in client.send(first, answers(client.page(first), token=foreign), status=422).text
    hold_token = next(values["data-token"] for _, values in client.page(first).tags if "data-token" in values)
    assert "open too long" in client.send(first, answers(client.page(first), token=hold_token), status=422).text


def test_the_hold_grows_while_the_patient_is_at_work(client: CheckingClient, use_cases: FakeUseCases) -> None:
    page = client.page(choose(client))
    box = next(values for _, values in page.tags if "data-hold" in values)
    use_cases.clock.advance(minutes=4)
    answer = client.send(box["data-hold"], {"token": box["data-token"]}, status=200)
    assert answer.json == {"held": True, "seconds": 600, "until": "11:44 am"}
    for draft in use_cases.drafts.held.values():
        use_cases.browse.taken.add((draft.choice.practitioner_id, draft.choice.starts_at))
    assert client.send(box["data-hold"], {"token": box["data-token"]}, status=200).json == {"held": False}
    client.send(box["data-hold"], {"token": "x"}, status=422)


def test_a_hold_that_ran_out_says_so_and_takes_nothing_away(client: CheckingClient, use_cases: FakeUseCases) -> None:
    address = choose(client)
    for token, draft in use_cases.drafts.held.items():
        use_cases.drafts.held[token] = replace(draft, hold_ends_at=None)
    assert "We aren’t holding this time" in client.page(address).text


def test_a_draft_that_ended_says_start_again(client: CheckingClient, use_cases: FakeUseCases) -> None:
    page = client.page("/b/demo/d/gone/details", status=410)
    assert page.h1 == ["This booking page has ended"]
    assert "/b/demo" in page.links()


def test_the_newest_birthday_limit_follows_the_clinics_day(client: CheckingClient, use_cases: FakeUseCases) -> None:
    address = choose(client)
    use_cases.clock.advance(hours=13)
    born = next(values for _, values in client.page(address).tags if values.get("name") == "date_of_birth")
    assert date.fromisoformat(born["max"]) == date(2026, 11, 24)


def test_questions_of_a_group_stand_under_its_heading_once(client: CheckingClient, use_cases: FakeUseCases) -> None:
    asked = use_cases.browse.questions(use_cases.browse.known, "101")
    groups = ["", "", "", "About the pain", "About the pain", "Other", "Other", "About the pain", "", ""]
    fields = tuple(replace(spec, group=group) for spec, group in zip(asked.fields, groups, strict=True))
    use_cases.browse.asked = replace(asked, fields=fields)
    html = client.page(choose(client)).html
    assert html.count('<h3 class="group">About the pain</h3>') == 2
    assert html.count('<h3 class="group">Other</h3>') == 1


@pytest.mark.parametrize("typed", ["\u3164", "\u200b", "\u00ad\u2060", "-", "42", "a" * 101])
@pytest.mark.parametrize("name", ["first_name", "last_name", "guardian_first_name", "relationship", "sign_name"])
def test_a_name_has_letters_to_be_seen_and_an_end(client: CheckingClient, name: str, typed: str) -> None:
    child = {"date_of_birth": "2015-03-31", "guardian_first_name": "Ada", "guardian_last_name": "Sample"}
    child |= {"guardian_phone": "0412 345 678", "relationship": "Mother"}
    typed = typed * 2 if name == "sign_name" and len(typed) > 100 else typed
    page = client.page(address := choose(client))
    refused = client.send(address, answers(page, **{**child, name: typed}), status=422)
    assert f'id="{name}-error"' in refused.text or f'href="#{name}"' in refused.text


def test_back_to_the_address_before_says_where_to_go_on(client: CheckingClient, use_cases: FakeUseCases) -> None:
    """Without JavaScript Back leads to the id from before anything was typed, which shows nothing of it."""
    address = choose(client)
    assert "use Forward in your browser" not in client.page(address).text
    token = next(iter(use_cases.drafts.held))
    use_cases.drafts.held[token] = replace(use_cases.drafts.held[token], has_moved=True)
    assert "use Forward in your browser" in client.page(address).text
