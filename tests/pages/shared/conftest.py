"""The pages over fakes."""

import pytest

from tests.pages.shared.client import CheckingClient, checking_client
from tests.pages.widget.fakes import FakeFront, fake_app, fake_front


@pytest.fixture
def front() -> FakeFront:
    return fake_front()


@pytest.fixture
def client(front: FakeFront) -> CheckingClient:
    return checking_client(fake_app(front))
