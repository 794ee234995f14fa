"""A Cliniko that answers what a test tells it to, and keeps what it was asked."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterator

import httpx
import pytest

from booking_app.pms.client import ClinikoClient, Times

KEY = "MS0xLTEyMzQ1Njc4OTA-secret-au2"


class CannedCliniko:
    """Answers in the order given; an exception among the answers is raised as the network would."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self._answers: deque[httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]] = deque()

    def will(self, *answers: httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]) -> None:
        self._answers.extend(answers)

    def will_answer(self, *bodies: object, status: int = 200, **headers: str) -> None:
        self.will(*(httpx.Response(status, json=body, headers=headers) for body in bodies))

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self._answers.popleft()
        if isinstance(answer, Exception):
            raise answer
        return answer(request) if callable(answer) else answer

    @property
    def last(self) -> httpx.Request:
        return self.requests[-1]

    def last_json(self) -> object:
        return json.loads(self.last.content)


@pytest.fixture
def cliniko() -> CannedCliniko:
    return CannedCliniko()


class Clocks:
    """Clocks that move only when told to, or when the client pauses."""

    def __init__(self) -> None:
        self.epoch = 1_795_000_000.0
        self.seconds = 500.0
        self.pauses: list[float] = []

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.pass_by(seconds)

    def pass_by(self, seconds: float) -> None:
        self.epoch += seconds
        self.seconds += seconds

    def times(self) -> Times:
        return Times(now=lambda: self.epoch, monotonic=lambda: self.seconds, pause=self.pause)


@pytest.fixture
def clocks() -> Clocks:
    return Clocks()


@pytest.fixture
def make_client(cliniko: CannedCliniko, clocks: Clocks) -> Iterator[Callable[..., ClinikoClient]]:
    made: list[ClinikoClient] = []

    def make(**options: object) -> ClinikoClient:
        settings = {
            "contact_email": "desk@example.com",
            "transport": httpx.MockTransport(cliniko),
            "times": clocks.times(),
        }
        settings |= options
        made.append(ClinikoClient(settings.pop("api_key", KEY), **settings))
        return made[-1]

    yield make
    for client in made:
        client.close()


@pytest.fixture
def client(make_client: Callable[..., ClinikoClient]) -> ClinikoClient:
    return make_client()
