"""Stripe: one checkout, one promise, one capture, whatever is lost on the way."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from booking_app.core.clock import SystemClock
from booking_app.core.failures import Failure, RemoteFailure
from booking_app.deposits.vendors.contract import Standing
from booking_app.deposits.vendors.failures import KeptFailure
from booking_app.deposits.vendors.stripe.client import Stripe
from booking_app.deposits.vendors.stripe.webhook import Unbelievable, read_event
from booking_sandbox.server import SandboxServer
from booking_sandbox.stripe.delivery import signature
from booking_sandbox.stripe.switches import dispute, end_refund
from tests.deposits.vendors.conftest import open_stripe, order, press


def arrived(sandbox: SandboxServer) -> dict[str, Any]:
    return dict(sandbox.control.state("demo")["stripe"])


def paid(stripe: Stripe) -> tuple[str, str]:
    """A checkout that somebody has paid: its id and that of the payment."""
    checkout = stripe.open_checkout(order(), key="open")
    press(checkout.url, "pay")
    look = stripe.look(checkout.remote_id)
    assert look.standing is Standing.AUTHORISED and look.payment_id
    return checkout.remote_id, look.payment_id


class TestTheHappyWay:
    def test_a_page_a_promise_a_capture(self, stripe: Stripe) -> None:
        checkout = stripe.open_checkout(order(), key="open")
        assert stripe.look(checkout.remote_id).standing is Standing.OPEN
        assert press(checkout.url, "pay").headers["Location"] == "https://book.example/pay/t/done"
        look = stripe.look(checkout.remote_id)
        assert (look.standing, look.amount) == (Standing.AUTHORISED, Decimal("50.00"))
        assert look.capture_before and look.capture_before > datetime.now(UTC) + timedelta(days=6)
        taken = stripe.capture(checkout.remote_id, look.payment_id or "", key="take")
        assert taken.standing is Standing.CAPTURED

    def test_the_page_names_a_deposit_and_nothing_else(self, stripe: Stripe, sandbox: SandboxServer) -> None:
        paid(stripe)
        told = json.dumps([arrived(sandbox)["sessions"], arrived(sandbox)["payment_intents"]])
        assert "Appointment deposit" in told and "BK-7F3K2M9Q" in told
        for word in ("physio", "Harbour", "Pat ", "phone"):
            assert word not in told

    def test_the_page_may_not_be_framed(self, stripe: Stripe) -> None:
        page = httpx.get(stripe.open_checkout(order(), key="open").url)
        assert page.headers["X-Frame-Options"] == "DENY"

    def test_a_declined_card_leaves_the_page_open(self, stripe: Stripe) -> None:
        checkout = stripe.open_checkout(order(), key="open")
        assert "declined" in press(checkout.url, "decline").text
        assert stripe.look(checkout.remote_id).standing is Standing.OPEN
        assert "bank" in press(checkout.url, "bank").text
        press(checkout.url, "pay")
        assert stripe.look(checkout.remote_id).standing is Standing.AUTHORISED

    def test_whose_account_it_is(self, stripe: Stripe, sandbox: SandboxServer, http: httpx.Client) -> None:
        account = stripe.whoami()
        assert (account.account_id, account.currency, account.is_live) == ("acct_1demo", "AUD", False)
        assert account.extra_methods == ()
        assert open_stripe(sandbox, http, "live").whoami().is_live
        assert open_stripe(sandbox, http, "northside").whoami().extra_methods == ("Afterpay",)


class TestOnce:
    def test_the_same_key_opens_one_page_and_captures_once(self, stripe: Stripe, sandbox: SandboxServer) -> None:
        first, again = (stripe.open_checkout(ordered, key="open") for ordered in [order()] * 2)
        assert first.remote_id == again.remote_id
        press(first.url, "pay")
        payment = stripe.look(first.remote_id).payment_id or ""
        for _ in range(2):
            assert stripe.capture(first.remote_id, payment, key="take").standing is Standing.CAPTURED
        assert len(arrived(sandbox)["balance_transactions"]) == 1

    def test_a_capture_under_another_key_looks_and_finds_it_taken(self, stripe: Stripe, sandbox: SandboxServer) -> None:
        session, payment = paid(stripe)
        stripe.capture(session, payment, key="take")
        assert stripe.capture(session, payment, key="take-2").standing is Standing.CAPTURED
        assert len(arrived(sandbox)["balance_transactions"]) == 1

    def test_an_answer_lost_after_the_capture_is_in_doubt(self, stripe: Stripe, sandbox: SandboxServer) -> None:
        session, payment = paid(stripe)
        sandbox.control.fault("drop_after", service="stripe", path="/capture")
        with pytest.raises(RemoteFailure) as failed:
            stripe.capture(session, payment, key="take")
        assert failed.value.failure is Failure.UNKNOWN_OUTCOME
        assert stripe.look(session).standing is Standing.CAPTURED

    def test_a_kept_failure_repeats_until_another_key_is_taken(self, stripe: Stripe, sandbox: SandboxServer) -> None:
        session, payment = paid(stripe)
        sandbox.control.set_knob(stripe_kept_failures=1)
        for _ in range(2):
            with pytest.raises(KeptFailure):
                stripe.capture(session, payment, key="take")
        assert stripe.capture(session, payment, key="take-2").standing is Standing.CAPTURED


class TestLettingGo:
    def test_of_an_open_page_closes_it(self, stripe: Stripe) -> None:
        checkout = stripe.open_checkout(order(), key="open")
        assert stripe.release(checkout.remote_id, None, key="end").standing is Standing.EXPIRED
        assert "expired" in httpx.get(checkout.url).text

    def test_of_a_promise_gives_it_back(self, stripe: Stripe) -> None:
        session, payment = paid(stripe)
        assert stripe.release(session, payment, key="end").standing is Standing.RELEASED
        assert stripe.release(session, payment, key="end-2").standing is Standing.RELEASED
        assert stripe.capture(session, payment, key="take").standing is Standing.RELEASED

    def test_of_what_was_taken_says_so(self, stripe: Stripe) -> None:
        session, payment = paid(stripe)
        stripe.capture(session, payment, key="take")
        assert stripe.release(session, payment, key="end").standing is Standing.CAPTURED

    def test_a_promise_ends_by_itself_after_a_week(self, stripe: Stripe, sandbox: SandboxServer) -> None:
        session, payment = paid(stripe)
        sandbox.control.advance(days=7, minutes=1)
        assert stripe.look(session).standing is Standing.RELEASED
        assert stripe.capture(session, payment, key="take").standing is Standing.RELEASED

    def test_a_page_that_was_left_expires(self, stripe: Stripe, sandbox: SandboxServer) -> None:
        checkout = stripe.open_checkout(order(), key="open")
        sandbox.control.advance(minutes=32)
        assert stripe.look(checkout.remote_id).standing is Standing.EXPIRED

    def test_what_nobody_knows_is_gone(self, stripe: Stripe) -> None:
        assert stripe.look("cs_test_nobody").standing is Standing.GONE


class TestRefunds:
    def test_part_by_part_and_never_more_than_was_taken(self, stripe: Stripe) -> None:
        session, payment = paid(stripe)
        stripe.capture(session, payment, key="take")
        assert stripe.refund(payment, Decimal("20.00"), "AUD", key="r1", reference="r1").is_done
        with pytest.raises(RemoteFailure) as failed:
            stripe.refund(payment, Decimal("30.01"), "AUD", key="r2", reference="r2")
        assert failed.value.code == "stripe_400:amount_too_large"
        found = stripe.find_refund(payment, "r1", None)
        assert found and found.is_done
        assert stripe.find_refund(payment, "r2", None) is None

    def test_one_that_the_bank_refuses_later_has_failed(self, stripe: Stripe, sandbox: SandboxServer) -> None:
        sandbox.control.set_knob(stripe_refunds="pending")
        session, payment = paid(stripe)
        stripe.capture(session, payment, key="take")
        made = stripe.refund(payment, Decimal("50.00"), "AUD", key="r1", reference="r1")
        assert not made.is_done
        end_refund(sandbox.control, "demo", made.remote_id, is_good=False)
        found = stripe.find_refund(payment, "r1", made.remote_id)
        assert found and found.has_failed and not found.is_done


def test_the_statement_has_every_movement_with_its_fee(stripe: Stripe, sandbox: SandboxServer) -> None:
    session, payment = paid(stripe)
    stripe.capture(session, payment, key="take")
    stripe.refund(payment, Decimal("20.00"), "AUD", key="r1", reference="r1")
    dispute(sandbox.control, "demo", payment)
    now = SystemClock().now()
    found = list(stripe.movements(now - timedelta(hours=1), now + timedelta(hours=1)))
    assert [(one.kind, one.amount, one.fee, one.payment_id) for one in reversed(found)] == [
        ("charge", Decimal("50"), Decimal("1.18"), payment), ("refund", Decimal("-20"), Decimal(0), payment),
        ("dispute", Decimal("-50"), Decimal(25), None),
    ]  # fmt: skip
    assert stripe.look(session).is_disputed


@pytest.mark.parametrize(
    ("ask", "code", "failure"),
    [
        (lambda s: s.open_checkout(order(amount=Decimal("0.20")), key="k"), "stripe_400:amount_too_small", "config"),
        (
            lambda s: s.open_checkout(order(expires_at=SystemClock().now() + timedelta(minutes=5)), key="k"),
            "stripe_400:parameter_invalid", "config",
        ),
    ],
)  # fmt: skip
def test_what_stripe_refuses_is_said_by_its_code(
    stripe: Stripe, ask: Callable[[Stripe], object], code: str, failure: str
) -> None:
    with pytest.raises(RemoteFailure) as failed:
        ask(stripe)
    assert (failed.value.code, failed.value.failure) == (code, failure)


def test_a_key_that_lacks_a_permission_is_a_setting_to_fix(sandbox: SandboxServer, http: httpx.Client) -> None:
    narrow = open_stripe(sandbox, http, "narrow")
    with pytest.raises(RemoteFailure) as failed:
        narrow.refund("pi_any", Decimal(1), "AUD", key="k", reference="r")
    assert (failed.value.code, failed.value.failure) == ("stripe_403:invalid_request_error", Failure.CONFIG)


def test_a_wrong_key_pauses_the_connection(sandbox: SandboxServer, http: httpx.Client) -> None:
    with open_http_as(sandbox, http, "rk_test_wrongkey") as failed:
        assert failed is Failure.AUTH


def open_http_as(sandbox: SandboxServer, http: httpx.Client, key: str) -> Any:
    from contextlib import contextmanager

    @contextmanager
    def asked() -> Any:
        sandbox.control.world.stripe["demo"].key, kept = "rk_test_other", sandbox.control.world.stripe["demo"].key
        sandbox.control.world.stripe["gone"] = type(sandbox.control.world.stripe["demo"])("gone", "acct_1gone", key)
        client = open_stripe(sandbox, http, "gone")
        del sandbox.control.world.stripe["gone"]
        try:
            with pytest.raises(RemoteFailure) as failed:
                client.whoami()
            yield failed.value.failure
        finally:
            sandbox.control.world.stripe["demo"].key = kept

    return asked()


class TestMessages:
    SECRET = "whsec_test_secret"
    VECTORS = json.loads((Path(__file__).parent / "stripe_vector.json").read_text())
    BODY = json.dumps(
        {"id": "evt_1", "type": "checkout.session.completed", "data": {"object": {
            "object": "checkout.session", "client_reference_id": "BK-7F3K2M9Q", "payment_intent": "pi_1"}}}
    ).encode()  # fmt: skip
    AT = datetime(2026, 11, 30, 1, 0, tzinfo=UTC)

    def header(self, body: bytes | None = None, at: datetime | None = None, secret: str = SECRET) -> str:
        return signature(secret, body or self.BODY, int((at or self.AT).timestamp()))

    def test_our_signer_and_reader_agree_with_the_vendors_own_library(self) -> None:
        vector = self.VECTORS
        made = signature(vector["secret"], vector["body"].encode(), vector["t"])
        assert made == f"t={vector['t']},v1={vector['v1']}"
        with pytest.raises(ValueError, match="not an event"):
            read_event(vector["body"].encode(), made, [vector["secret"]], datetime.fromtimestamp(vector["t"], UTC))

    def test_a_signed_message_is_believed(self) -> None:
        event = read_event(self.BODY, self.header(), ["whsec_old", self.SECRET], self.AT + timedelta(minutes=4))
        assert (event.event_id, event.reference, event.payment_id) == ("evt_1", "BK-7F3K2M9Q", "pi_1")

    @pytest.mark.parametrize("header", ["", "t=1,v1=ab", "v1=ab", "t=1796000000", "t=x,v1=ab", "nonsense"])
    def test_one_without_a_usable_signature_is_not(self, header: str) -> None:
        with pytest.raises(Unbelievable):
            read_event(self.BODY, header, [self.SECRET], self.AT)

    def test_nor_a_forged_one_nor_an_old_one_nor_a_changed_one(self) -> None:
        with pytest.raises(Unbelievable, match="signature"):
            read_event(self.BODY, self.header(secret="whsec_other"), [self.SECRET], self.AT)
        with pytest.raises(Unbelievable, match="old"):
            read_event(self.BODY, self.header(), [self.SECRET], self.AT + timedelta(minutes=6))
        with pytest.raises(Unbelievable, match="signature"):
            read_event(self.BODY.replace(b"BK-7", b"BK-8"), self.header(), [self.SECRET], self.AT)


def test_no_failure_quotes_a_key_or_a_person(stripe: Stripe, sandbox: SandboxServer) -> None:
    sandbox.control.fault("status", service="stripe", status=500, body="json")
    with pytest.raises(RemoteFailure) as failed:
        stripe.open_checkout(order(), key="k")
    assert re.fullmatch(r"stripe_500", failed.value.code)
