"""Cliniko's own data may be strange: halves of characters in every text, a catalogue that changes meanwhile."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from booking_app.bookings.errors import NotOffered
from booking_app.catalogue.snapshots import refresh
from booking_app.core.outbound_http.transport import Answer
from booking_app.pms.client.answers import _parsed
from tests.faults.conftest import shop  # noqa: F401 - a fixture of this package too
from tests.faults.shop import SERVICE, Shop
from tests.pages.shared.client import CheckingClient, checking_client
from tests.pages.widget.fakes import FakeUseCases, fake_app, fake_front

TEXTS = re.compile(rb'"((?:name|display_name|first_name|last_name|description|city|category)": ?")')
HALVES = (b'"\\ud800"', b'"a\\udfffb"', b'"\\uDBFF\\uDBFF"', b'"\xed\xa0\x80"', b'{"\\ud800": ["\\udc00"]}')


class Halved:
    """The sandbox with half a character at the beginning of every name."""

    def __init__(self, application: Any) -> None:
        self._application = application
        self.count = 0

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        started: list[tuple[str, list[tuple[str, str]]]] = []
        body = b"".join(self._application(environ, lambda status, headers, _=None: started.append((status, headers))))
        status, headers = started[-1]
        body, count = TEXTS.subn(rb'"\1\\ud83d ', body)
        self.count += count
        length = ("Content-Length", str(len(body)))
        start_response(status, [each for each in headers if each[0].lower() != "content-length"] + [length])
        return [body]


@pytest.fixture
def halved(shop: Shop) -> Iterator[Halved]:  # noqa: F811 - the fixture named above
    listener = shop.sandbox._listener
    kept = listener.application
    listener.application = Halved(kept)
    yield listener.application
    listener.application = kept


def test_half_a_character_in_every_name_breaks_no_page_and_no_task(shop: Shop, halved: Halved) -> None:  # noqa: F811
    services = shop.services
    clinic = services.browse.clinic("demo")
    assert clinic is not None
    refresh(services.database, clinic.id, services.practices(clinic.id), services.clock.now())
    for address in ("/b/demo", "/b/demo/services", f"/b/demo/times?service={SERVICE}"):
        assert shop.client.get(address).status_code in (200, 303), address
    shop.book()
    shop.work()
    assert [task.code for task in shop.tasks().values() if (task.code or "").startswith("internal:")] == []
    assert halved.count > 20


@pytest.mark.parametrize("body", HALVES, ids=ascii)
def test_what_a_vendor_answers_can_be_written(body: bytes) -> None:
    for document in (Answer(200, {}, body).json(), _parsed(body)):
        json.dumps(document, ensure_ascii=False).encode()


def test_a_whole_character_stays_as_it_is() -> None:
    assert Answer(200, {}, b'"\\ud83d\\ude00"').json() == "😀"


@pytest.fixture
def use_cases() -> FakeUseCases:
    return fake_front()


@pytest.fixture
def client(use_cases: FakeUseCases) -> CheckingClient:
    return checking_client(fake_app(use_cases))


def test_a_catalogue_that_changes_within_a_request_is_said_in_words(
    client: CheckingClient, use_cases: FakeUseCases, monkeypatch: pytest.MonkeyPatch
) -> None:
    def changed(*_: Any, **__: Any) -> Any:
        raise NotOffered("just now")

    monkeypatch.setattr(use_cases.browse, "week", changed)
    page = client.page("/b/demo/times?service=101&location=l1", status=409)
    assert "Please choose again" in page.text
