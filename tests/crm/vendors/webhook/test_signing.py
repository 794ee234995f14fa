"""Signatures that any receiver of Standard Webhooks can check."""

import base64

import pytest

from booking_app.core.failures import Failure, RemoteFailure
from booking_app.crm.vendors.webhook.signing import read_secrets, signatures
from booking_sandbox.webhooks.verification import expected_signature

# The published vector of Standard Webhooks.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
VECTOR = {"message_id": "msg_p5jXN8AQM9LWM0D4loKWxJek", "sent_at": 1614265330, "body": b'{"test": 2432232314}'}
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def secret_of(byte: int, length: int = 32) -> str:
    return "whsec_" + base64.b64encode(bytes([byte]) * length).decode()


def test_the_published_vector_holds() -> None:
    assert signatures(read_secrets(SECRET), **VECTOR) == SIGNATURE  # type: ignore[arg-type]


def test_the_receiver_s_own_reckoning_gives_the_same() -> None:
    told = expected_signature(SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}')
    assert f"v1,{base64.b64encode(told).decode()}" == SIGNATURE


@pytest.mark.parametrize("separator", [" ", ",", "\n", " , "])
def test_two_secrets_sign_while_one_takes_the_other_s_place(separator: str) -> None:
    both = read_secrets(f"{secret_of(1)}{separator}{SECRET}")
    first, second = signatures(both, **VECTOR).split(" ")  # type: ignore[arg-type]
    assert (first != second, second) == (True, SIGNATURE)


@pytest.mark.parametrize(
    "text",
    [
        "", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_not base64", "whsk_" + "A" * 32, "whsec_Mf*Q9r8GKYqr",
        secret_of(1, 23), secret_of(1, 65), f"{SECRET} {secret_of(1)} {secret_of(2)}",
    ],
)  # fmt: skip
def test_a_secret_that_cannot_be_used_is_refused_without_being_quoted(text: str) -> None:
    with pytest.raises(RemoteFailure) as caught:
        read_secrets(text)
    assert (caught.value.failure, str(caught.value)) == (Failure.CONFIG, "webhook_secret_unusable")
