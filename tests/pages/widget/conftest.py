"""The pages over fakes."""

import pytest

from tests.pages.shared.client import CheckingClient, checking_client
from tests.pages.widget.fakes import FakeUseCases, fake_app, fake_front


@pytest.fixture
def use_cases() -> FakeUseCases:
    return fake_front()


@pytest.fixture
def client(use_cases: FakeUseCases) -> CheckingClient:
    return checking_client(fake_app(use_cases))
