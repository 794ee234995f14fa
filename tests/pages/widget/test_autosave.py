"""What is typed is kept while it is typed."""

from typing import Any

import pytest

from booking_app.bookings.errors import DraftGone
from booking_app.bookings.typed import LONGEST_KEPT, NOTHING, Typed, Typing
from tests.pages.shared.client import CheckingClient, Page
from tests.pages.widget.fakes import FakeUseCases
from tests.pages.widget.journey import choose

ASKS = "first_name email answer_reason consent_privacy"


def form_of(page: Page) -> dict[str, str]:
    return next(values for tag, values in page.tags if tag == "form" and "data-autosave" in values)


def keep(client: CheckingClient, address: str, page: Page, *, status: int = 200, **values: Any) -> Any:
    data = {"token": page.token(), "asks": ASKS, **values}
    return client.send(form_of(page)["data-autosave"], data, status=status)


def test_what_is_typed_moves_the_draft_and_is_there_at_its_new_address(client: CheckingClient) -> None:
    address = choose(client)
    page = client.page(address)
    answer = keep(client, address, page, first_name="Pat", email="p").json
    moved = answer["moved"]
    assert moved["from"] == address.split("/")[4]
    again = client.page(address.replace(moved["from"], moved["to"]))
    assert again.values("first_name") == ["Pat"]
    assert again.values("email") == ["p"]
    assert "Pat" not in client.page(address).html


def test_the_tokens_it_gives_are_good_for_the_new_address(client: CheckingClient, use_cases: FakeUseCases) -> None:
    address = choose(client)
    page = client.page(address)
    shown = use_cases.clock.now()
    use_cases.clock.advance(minutes=3)
    moved = keep(client, address, page, first_name="Pat").json["moved"]
    new = address.replace(moved["from"], moved["to"])
    client.send(new.replace("/details", "/hold"), {"token": moved["hold_token"]}, status=200)
    assert "open too long" not in client.send(new, {"token": moved["token"]}, status=422).text
    assert int(moved["token"].partition(".")[0], 16) == int(shown.timestamp())


def test_later_saves_stay_at_the_address(client: CheckingClient, use_cases: FakeUseCases) -> None:
    address = choose(client)
    moved = keep(client, address, client.page(address), first_name="Pat").json["moved"]
    new = address.replace(moved["from"], moved["to"])
    page = client.page(new)
    assert keep(client, new, page, first_name="Pa", consent_privacy="y").json["moved"] is None
    assert use_cases.drafts.held[moved["to"]].typed.values == {"first_name": ("Pa",), "consent_privacy": ("y",)}
    keep(client, new, page, first_name="Pa")
    assert use_cases.drafts.held[moved["to"]].typed.values == {"first_name": ("Pa",)}


def test_nothing_typed_moves_nothing(client: CheckingClient, use_cases: FakeUseCases) -> None:
    address = choose(client)
    assert keep(client, address, client.page(address), first_name="").json["moved"] is None
    assert len(use_cases.drafts.held) == 1


def test_it_sends_nothing_on(client: CheckingClient, use_cases: FakeUseCases) -> None:
    address = choose(client)
    moved = keep(client, address, client.page(address), first_name="Pat").json["moved"]
    assert use_cases.drafts.held[moved["to"]].typed.sent == frozenset()


@pytest.mark.parametrize("token", ["", "0.0", "zz"])
def test_a_forged_token_keeps_nothing(client: CheckingClient, use_cases: FakeUseCases, token: str) -> None:
    address = choose(client)
    keep(client, address, client.page(address), token=token, first_name="Pat", status=422)
    assert use_cases.drafts.saves == 0


def test_a_draft_that_is_gone_says_so(client: CheckingClient, use_cases: FakeUseCases) -> None:
    address = choose(client)
    page = client.page(address)
    use_cases.drafts.held.clear()
    keep(client, address, page, first_name="Pat", status=410)
    with pytest.raises(DraftGone):
        use_cases.drafts.load(use_cases.browse.known, address.split("/")[4])


def test_names_that_no_form_has_are_left_out(client: CheckingClient, use_cases: FakeUseCases) -> None:
    address = choose(client)
    page = client.page(address)
    asked = f"{ASKS} is_admin choice"
    moved = keep(client, address, page, asks=asked, first_name="Pat", is_admin="1", choice="x").json["moved"]
    assert set(use_cases.drafts.held[moved["to"]].typed.values) == {"first_name"}


def test_each_draft_has_its_own_allowance(client: CheckingClient, use_cases: FakeUseCases) -> None:
    first, second = choose(client), choose(client)
    page, other = client.page(first), client.page(second)
    far = {"REMOTE_ADDR": "203.0.113.9"}
    url, data = form_of(page)["data-autosave"], {"token": page.token(), "asks": ASKS}
    for _ in range(40):
        assert client.post(url, data=data, environ_base=far).status_code == 200
    assert client.post(url, data=data, environ_base=far).status_code == 429
    other_data = {"token": other.token(), "asks": ASKS}
    assert client.post(form_of(other)["data-autosave"], data=other_data, environ_base=far).status_code == 200
    # What is typed does not use up what the address may send.
    assert client.post(first, data={"token": page.token()}, environ_base=far).status_code == 422


def test_a_slip_in_an_email_is_noticed_while_it_is_typed(client: CheckingClient) -> None:
    address = choose(client)
    assert keep(client, address, client.page(address), email="pat@hotmial.com").json["email_meant"] == "pat@hotmail.com"


class TestWhatADraftHolds:
    def test_is_bounded_and_gives_up_the_largest_first(self) -> None:
        typing = Typing(frozenset({"a", "b"}), {"a": ("x" * LONGEST_KEPT,), "b": ("y",)})
        assert typing.onto(Typed()).values == {"b": ("y",)}

    def test_keeps_the_fields_that_were_not_on_the_screen(self) -> None:
        before = Typed({"a": ("1",), "b": ("2",)}, frozenset({"a"}))
        after = Typing(frozenset({"b", "c"}), {"c": ("3",)}, is_sent=True).onto(before)
        assert after == Typed({"a": ("1",), "c": ("3",)}, frozenset({"a", "b", "c"}))

    def test_reads_back_as_it_was_written(self) -> None:
        typed = Typed({"a": ("1", "2")}, frozenset({"a"}))
        assert Typed.from_json(typed.to_json()) == typed
        assert NOTHING.onto(typed) == typed
