"""What is far too large is refused before it is decoded."""

from typing import Any

import pytest
from werkzeug import formparser

from booking_app.intake.ink import MOST_BYTES
from booking_app.pages.shared.form_bodies import LONGEST_VALUE
from tests.pages.shared.client import CheckingClient
from tests.pages.widget.journey import answers, choose, fill

HUGE = "[é]," * 400_000


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many characters of each posted form were decoded."""
    sizes: list[int] = []
    real: Any = formparser.parse_qsl

    def measured(text: str, **options: Any) -> Any:
        sizes.append(len(text))
        return real(text, **options)

    monkeypatch.setattr(formparser, "parse_qsl", measured)
    return sizes


@pytest.mark.parametrize("name", ["sign_strokes", "sign_picture"])
def test_a_huge_signature_is_refused_undecoded(client: CheckingClient, decoded: list[int], name: str) -> None:
    page = client.page(address := choose(client))
    decoded.clear()
    refused = client.send(address, answers(page, sign_typed=None, sign_name=None, **{name: HUGE}), status=422)
    assert decoded[-1] < MOST_BYTES + 5000
    assert "This signature is too large. Clear it and sign again." in refused.text


def test_any_other_huge_value_ends_the_request_undecoded(client: CheckingClient, decoded: list[int]) -> None:
    page = client.page(address := choose(client))
    decoded.clear()
    assert "That is too much to send" in client.send(address, answers(page, first_name=HUGE), status=413).text
    assert decoded == []


def test_the_longest_answer_in_any_script_is_read(client: CheckingClient) -> None:
    longest = "語" * 10_000
    assert len(longest.encode()) * 3 < LONGEST_VALUE
    assert fill(client, choose(client), answer_reason=longest[:255]).endswith("/check")
