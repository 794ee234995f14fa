"""Many bookings from one place: the e-mail has to be proven by a code, and nothing typed is lost."""

from typing import Any

import pytest

from tests.pages.shared.client import CheckingClient, Page
from tests.pages.widget.fakes import FakeCodes, FakeUseCases
from tests.pages.widget.journey import choose, reach_check

HERE = {"REMOTE_ADDR": "192.0.2.7"}


def press(client: CheckingClient, check: str) -> str:
    page = client.page(check)
    answer = client.send(page.form_to("/confirm"), {"token": page.token()}, environ_overrides=HERE)
    return str(answer.headers["Location"])


def book(client: CheckingClient, use_cases: FakeUseCases, number: int, **changes: Any) -> str:
    """One more booking of other people from the same place; returns where the button led."""
    del number
    use_cases.browse.taken.clear()
    check = reach_check(client, **changes)
    use_cases.clock.advance(minutes=1)  # as long as somebody who reads and types takes at the very least
    return press(client, check)


@pytest.fixture
def asked(client: CheckingClient, use_cases: FakeUseCases) -> str:
    """The address of the page that asks for the code, after as many bookings as need none."""
    for number in range(6):
        person = {"email": f"p{number}@example.com", "phone": f"0412 345 6{number:02}"}
        assert book(client, use_cases, number, **person).endswith("/confirming")
    return book(client, use_cases, 6, email="seventh@example.com", phone="0412 345 700")


def test_the_seventh_booking_within_the_hour_wants_a_code(
    asked: str, client: CheckingClient, use_cases: FakeUseCases
) -> None:
    assert asked.endswith("/proof")
    page = client.page(asked)
    assert page.h1 == ["Check your email"]
    assert all(words in page.text for words in ("Your code", "Continue", "Send a new code", "seventh@example.com"))
    assert use_cases.code_mail.sent == [("seventh@example.com", FakeCodes.CODE)]
    assert len(use_cases.placing.confirmed) == 6


def test_the_right_code_leads_back_to_the_button_at_a_new_address(
    asked: str, client: CheckingClient, use_cases: FakeUseCases
) -> None:
    page = client.page(asked)
    answer = client.send(asked, {"token": page.token(), "code": FakeCodes.CODE}, environ_overrides=HERE)
    check = str(answer.headers["Location"])
    assert check.endswith("/check")
    assert check.rsplit("/", 1)[0] != asked.rsplit("/", 1)[0]
    assert "seventh@example.com" in client.page(check).text
    assert press(client, check).endswith("/confirming")
    client.page(asked, status=410)
    assert len(use_cases.placing.confirmed) == 7


@pytest.mark.parametrize(
    ("code", "said"), [("87654321", "code isn’t right"), ("", "Enter the code"), ("1" * 400, "digits")]
)
def test_a_wrong_code_is_said_at_the_field(asked: str, client: CheckingClient, code: str, said: str) -> None:
    page = client.page(asked)
    answer = client.send(asked, {"token": page.token(), "code": code}, status=422, environ_overrides=HERE)
    assert said in Page(answer.text).text


def test_a_new_code_is_sent_a_few_times_and_no_more(
    asked: str, client: CheckingClient, use_cases: FakeUseCases
) -> None:
    page = client.page(asked)
    again = page.form_to("/proof/again")
    for _ in range(4):
        client.send(again, {"token": page.token()}, environ_overrides=HERE)
    client.send(again, {"token": page.token()}, status=429, environ_overrides=HERE)
    assert len(use_cases.code_mail.sent) == 5


def test_another_place_is_asked_for_nothing(asked: str, client: CheckingClient, use_cases: FakeUseCases) -> None:
    use_cases.browse.taken.clear()
    page = client.page(reach_check(client, email="elsewhere@example.com", phone="0412 345 800"))
    answer = client.send(
        page.form_to("/confirm"), {"token": page.token()}, environ_overrides={"REMOTE_ADDR": "192.0.2.8"}
    )
    assert answer.headers["Location"].endswith("/confirming")


class TestWhatLooksLikeAProgram:
    """Signals refuse nothing: the code is asked for after half as many bookings."""

    def test_a_box_nobody_sees_that_was_filled_asks_for_the_code_sooner(
        self, client: CheckingClient, use_cases: FakeUseCases
    ) -> None:
        led = [self.book(client, use_cases, number, leave_empty="https://example.com") for number in range(4)]
        assert [one.rsplit("/", 1)[1] for one in led] == ["confirming"] * 3 + ["proof"]

    def test_so_does_a_form_that_was_done_within_seconds(self, client: CheckingClient, use_cases: FakeUseCases) -> None:
        led = [self.book(client, use_cases, number, seconds=2) for number in range(4)]
        assert [one.rsplit("/", 1)[1] for one in led] == ["confirming"] * 3 + ["proof"]

    def test_whoever_has_proven_the_email_goes_on(self, client: CheckingClient, use_cases: FakeUseCases) -> None:
        for number in range(3):
            self.book(client, use_cases, number, leave_empty="x")
        asked = self.book(client, use_cases, 3, leave_empty="x")
        answer = client.send(
            asked, {"token": client.page(asked).token(), "code": FakeCodes.CODE}, environ_overrides=HERE
        )
        assert press(client, str(answer.headers["Location"])).endswith("/confirming")

    def test_the_box_is_for_nobody_with_eyes_or_a_screen_reader(self, client: CheckingClient) -> None:
        html = client.page(choose(client)).html
        box = html[: html.index('name="leave_empty"') + 80].rpartition("<p")[2]
        assert all(part in box for part in ('class="unseen"', 'aria-hidden="true"', 'tabindex="-1"'))

    def book(
        self, client: CheckingClient, use_cases: FakeUseCases, number: int, *, seconds: float = 60, **more: Any
    ) -> str:
        person = {"email": f"p{number}@example.com", "phone": f"0412 345 6{number:02}"}
        use_cases.browse.taken.clear()
        check = reach_check(client, **person, **more)
        use_cases.clock.advance(seconds=seconds)
        return press(client, check)


def test_without_a_mail_server_the_clinic_is_to_be_called(client: CheckingClient, use_cases: FakeUseCases) -> None:
    use_cases.code_mail.is_set_up = False
    for number in range(6):
        book(client, use_cases, number, email=f"p{number}@example.com", phone=f"0412 345 6{number:02}")
    use_cases.browse.taken.clear()
    page = client.page(reach_check(client, email="x@example.com", phone="0412 345 700"))
    client.send(page.form_to("/confirm"), {"token": page.token()}, status=429, environ_overrides=HERE)
