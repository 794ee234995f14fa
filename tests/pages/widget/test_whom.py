"""Who is this booking for? The adult who books for another person is asked about, written to, and signs."""

from dataclasses import replace
from typing import Any

import pytest

from booking_app.bookings.records import PatientDetails
from tests.pages.shared.client import CheckingClient, Page
from tests.pages.widget.fakes import FakeUseCases
from tests.pages.widget.journey import answers, choose, fill

CHILD = {"first_name": "Sam", "last_name": "Sample", "email": None, "phone": None, "date_of_birth": "2018-05-01"}
GUARDIAN = {
    "guardian_first_name": "Pat", "guardian_last_name": "Sample", "guardian_email": "pat@example.com",
    "guardian_phone": "0412 345 678", "relationship": "Mother",
}  # fmt: skip


def ask_whom(use_cases: FakeUseCases, **more: Any) -> None:
    asked = use_cases.browse.questions(use_cases.browse.known, "101")
    use_cases.browse.asked = replace(asked, **{"asks_whom": True, **more})


def details_of(use_cases: FakeUseCases) -> PatientDetails:
    (found,) = [draft.details for draft in use_cases.drafts.held.values() if draft.details]
    return found


def test_it_is_asked_where_the_clinic_asks_it(client: CheckingClient, use_cases: FakeUseCases) -> None:
    assert "Who is this booking for?" not in client.page(choose(client)).text
    ask_whom(use_cases)
    page = client.page(choose(client))
    assert page.values("for_whom") == ["myself", "child", "cared_for"]
    assert all(words in page.text for words in ("Myself", "My child", "Someone I care for", "Guardian email"))


@pytest.mark.parametrize("whom", ["child", "cared_for"])
def test_whoever_books_for_another_is_the_one_to_write_to(
    client: CheckingClient, use_cases: FakeUseCases, whom: str
) -> None:
    ask_whom(use_cases)
    born = "2018-05-01" if whom == "child" else "1940-05-01"
    check = fill(client, choose(client), **{**CHILD, **GUARDIAN, "for_whom": whom, "date_of_birth": born})
    details = details_of(use_cases)
    assert details.contact_email == "pat@example.com"
    assert details.guardian is not None
    assert (details.guardian.name, details.guardian.email) == ("Pat Sample", "pat@example.com")
    assert (details.email, details.phone) == ("pat@example.com", "+61412345678"), "the patient has none of their own"
    assert "pat@example.com" in client.page(check).text


def test_a_child_may_have_an_address_of_their_own(client: CheckingClient, use_cases: FakeUseCases) -> None:
    ask_whom(use_cases)
    fill(client, choose(client), **{**CHILD, **GUARDIAN, "for_whom": "child", "email": "sam@example.com"})
    assert (details_of(use_cases).email, details_of(use_cases).contact_email) == ("sam@example.com", "pat@example.com")


@pytest.mark.parametrize("missing", sorted(GUARDIAN))
def test_the_adult_is_asked_for_in_whole(client: CheckingClient, use_cases: FakeUseCases, missing: str) -> None:
    ask_whom(use_cases)
    refused = send(client, **{**CHILD, **GUARDIAN, "for_whom": "child", missing: None})
    assert f'href="#{missing}"' in refused.html


def test_for_oneself_everything_is_as_ever(client: CheckingClient, use_cases: FakeUseCases) -> None:
    ask_whom(use_cases)
    fill(client, choose(client), for_whom="myself")
    assert details_of(use_cases).guardian is None
    assert 'href="#email"' in send(client, for_whom="myself", email=None).html


def test_it_has_to_be_said(client: CheckingClient, use_cases: FakeUseCases) -> None:
    ask_whom(use_cases)
    assert 'href="#for_whom"' in send(client).html


@pytest.mark.parametrize(
    ("age_from", "born", "alone"), [(18, "2010-01-01", False), (16, "2010-01-01", True), (16, "2011-01-01", False)]
)
def test_the_clinic_says_from_which_age_somebody_books_alone(
    client: CheckingClient, use_cases: FakeUseCases, age_from: int, born: str, alone: bool
) -> None:
    asked = use_cases.browse.questions(use_cases.browse.known, "101")
    use_cases.browse.asked = replace(asked, alone_from_age=age_from)
    if not alone:
        assert 'href="#guardian_first_name"' in send(client, date_of_birth=born).html
        return
    fill(client, choose(client), date_of_birth=born)
    details = details_of(use_cases)
    assert details.is_minor_alone(use_cases.clock.now().date())


def send(client: CheckingClient, **changes: Any) -> Page:
    """The first screen with these values, refused."""
    use_cases_page = client.page(choose(client))
    posted = answers(use_cases_page, **changes)
    return Page(client.send(use_cases_page.form_to("/details"), posted, status=422).text)
