"""Form tokens of pages that were open while the product was updated."""

import hashlib
import hmac
from datetime import timedelta

from flask import Flask

from booking_app.pages.shared.form_tokens import TokenScope, issue, issued_at
from tests.pages.widget.fakes import FakeUseCases, fake_app

SCOPE = TokenScope("details", "draft-1")


def of_release_before(use_cases: FakeUseCases, seconds: int) -> str:
    message = "\0".join(("form", SCOPE.purpose, SCOPE.bound_to, str(seconds))).encode()
    key = use_cases.settings.secret_key.encode()
    return f"{seconds:x}.{hmac.new(key, message, hashlib.sha256).hexdigest()[:40]}"


def test_a_page_that_was_open_while_the_product_was_updated_is_taken(use_cases: FakeUseCases) -> None:
    app: Flask = fake_app(use_cases)
    now = use_cases.clock.now().replace(microsecond=0)
    with app.app_context():
        token = of_release_before(use_cases, int(now.timestamp()))
        assert issued_at(SCOPE, token) == issued_at(SCOPE, issue(SCOPE)) == now
        assert issued_at(TokenScope("details", "draft-2"), token) is None
        assert issued_at(SCOPE, token[:-1] + "x") is None
        stale = int((now - timedelta(hours=7)).timestamp())
        assert issued_at(SCOPE, of_release_before(use_cases, stale)) is None
