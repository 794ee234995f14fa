"""Finding a booking again by its email address: the page never tells whether there is one."""

from tests.pages.shared.client import CheckingClient, Page
from tests.pages.widget.fakes import FakeUseCases

ADDRESS = "/b/demo/link"


def ask(client: CheckingClient, email: str, *, status: int = 200) -> Page:
    token = client.page(ADDRESS).token()
    return Page(client.send(ADDRESS, {"token": token, "email": email}, status=status).text)


def test_every_page_of_the_clinic_leads_there(client: CheckingClient) -> None:
    assert ADDRESS in client.page("/b/demo").links()
    assert ADDRESS in client.page("/manage/manage-token").links()


def test_the_answer_is_the_same_for_every_address(client: CheckingClient, use_cases: FakeUseCases) -> None:
    one, other = (ask(client, email) for email in ("pat@example.com", "mia@example.com"))
    assert one.h1 == ["Check your email"]
    assert one.html == other.html.replace("mia@example.com", "pat@example.com")
    assert use_cases.lost_links.asked == ["pat@example.com", "mia@example.com"]


def test_a_slip_is_said_at_the_field(client: CheckingClient, use_cases: FakeUseCases) -> None:
    page = ask(client, "pat.example.com", status=422)
    assert "Enter an email address like name@example.com" in page.text
    assert 'value="pat.example.com"' in page.html
    assert not use_cases.lost_links.asked


def test_an_address_is_not_mailed_again_and_again_and_the_page_says_the_same(
    client: CheckingClient, use_cases: FakeUseCases
) -> None:
    said = {ask(client, "pat@example.com").html for _ in range(5)}
    assert len(said) == 1
    assert use_cases.lost_links.asked == ["pat@example.com"] * 3


def test_one_network_cannot_ask_for_very_many(client: CheckingClient, use_cases: FakeUseCases) -> None:
    token = client.page(ADDRESS).token()
    answers = [
        client.post(
            ADDRESS,
            data={"token": token, "email": f"pat{number}@example.com"},
            environ_overrides={"REMOTE_ADDR": "203.0.113.7"},
        )
        for number in range(11)
    ]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert len(use_cases.lost_links.asked) == 10
