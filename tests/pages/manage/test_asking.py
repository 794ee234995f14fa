"""“Ask the clinic”, where it is too late to change an appointment online."""

from datetime import timedelta

import pytest

from tests.pages.shared.client import CheckingClient
from tests.pages.widget.fakes import NOW, FakeUseCases

ASK = "/manage/manage-token/ask"


@pytest.fixture
def late(use_cases: FakeUseCases) -> FakeUseCases:
    use_cases.managing.starts_at = NOW + timedelta(hours=3)
    use_cases.managing.known.alerts = {"email": "desk@harbour.example"}
    return use_cases


def test_it_stands_beside_the_phone_number_once_it_is_too_late(client: CheckingClient, use_cases: FakeUseCases) -> None:
    use_cases.managing.known.alerts = {"email": "desk@harbour.example"}
    assert ASK not in client.page("/manage/manage-token").links()
    use_cases.managing.starts_at = NOW + timedelta(hours=3)
    page = client.page("/manage/manage-token")
    assert ASK in page.links() and "call (08) 5550 1234" in page.text
    use_cases.managing.known.alerts = {}
    assert ASK not in client.page("/manage/manage-token").links()
    assert client.get(ASK).status_code == 303


def test_a_message_reaches_the_desk_and_the_page_says_so(client: CheckingClient, late: FakeUseCases) -> None:
    page = client.page(ASK)
    said = client.send(ASK, {"token": page.token(), "message": "  Could I come later? "})
    assert late.desk_messages.asked == ["Could I come later?"]
    assert "Your message is with the clinic." in client.page(said.headers["Location"]).text


@pytest.mark.parametrize(("text", "words"), [("  ", "Write your message"), ("x" * 1001, "1000 characters or fewer")])
def test_a_slip_keeps_what_was_written(client: CheckingClient, late: FakeUseCases, text: str, words: str) -> None:
    page = client.page(ASK)
    answer = client.send(ASK, {"token": page.token(), "message": text}, status=422)
    assert words in answer.text and text.strip() in answer.text
    assert not late.desk_messages.asked


def test_beyond_the_most_the_page_says_to_call(client: CheckingClient, late: FakeUseCases) -> None:
    for number in range(3):
        late.desk_messages.ask("manage-token", str(number))
    page = client.page(ASK)
    answer = client.send(ASK, {"token": page.token(), "message": "More"}, status=409)
    assert "Please call the clinic" in answer.text
