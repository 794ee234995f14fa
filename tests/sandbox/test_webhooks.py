"""A clinic's own receiver: it believes nothing that is not signed, late or changed."""

import base64
import hashlib
import hmac
import json
import time
from typing import Any

import httpx
import pytest

from booking_sandbox.demo_keys import DEMO_WEBHOOK_SECRET
from booking_sandbox.server import SandboxServer
from booking_sandbox.webhooks.endpoint import Endpoint

BODY = json.dumps({"type": "booking.confirmed", "timestamp": "2026-11-23T00:00:00Z", "data": {"booking": "BK-1"}})
OTHER_SECRET = "whsec_" + base64.b64encode(b"x" * 32).decode()


@pytest.fixture
def endpoint(sandbox: SandboxServer) -> Endpoint:
    return sandbox.control.world.webhooks["demo"]


def signed(
    body: str = BODY, *, message_id: str = "msg_1", at: float | None = None, secret: str = DEMO_WEBHOOK_SECRET
) -> dict[str, str]:
    stamp = str(int(time.time() if at is None else at))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"{message_id}.{stamp}.{body}".encode(), hashlib.sha256).digest()
    signature = "v1," + base64.b64encode(digest).decode()
    return {"webhook-id": message_id, "webhook-timestamp": stamp, "webhook-signature": signature}


def send(web: httpx.Client, headers: dict[str, str], body: str = BODY, name: str = "demo") -> httpx.Response:
    return web.post(f"/webhooks/{name}", content=body, headers=headers)


def test_a_signed_message_is_kept_and_a_repeat_is_counted(web: httpx.Client, endpoint: Endpoint) -> None:
    assert [send(web, signed()).status_code for _ in range(2)] == [204, 204]
    (arrival,) = endpoint.arrivals.values()
    assert (arrival.id, arrival.times, arrival.payload["data"]) == ("msg_1", 2, {"booking": "BK-1"})


def test_one_good_signature_among_several_is_enough(web: httpx.Client) -> None:
    good = signed()
    others = f"v1a,abc {signed(secret=OTHER_SECRET)['webhook-signature']} v1,?? "
    assert send(web, {**good, "webhook-signature": others + good["webhook-signature"]}).status_code == 204


@pytest.mark.parametrize(
    ("changes", "status", "reason"),
    [
        ({"webhook-id": ""}, 400, "missing required headers"),
        ({"webhook-id": "msg_2"}, 401, "no matching signature"),
        ({"webhook-id": "msg.1"}, 400, "invalid headers"),
        ({"webhook-timestamp": "soon"}, 400, "invalid headers"),
        ({"webhook-signature": "v1,AAAA"}, 401, "no matching signature"),
        ({"webhook-signature": "v2,AAAA"}, 401, "no matching signature"),
    ],
)
def test_headers_that_do_not_fit_are_refused(
    web: httpx.Client, endpoint: Endpoint, changes: dict[str, str], status: int, reason: str
) -> None:
    answer = send(web, {**signed(), **changes})
    assert (answer.status_code, answer.json()["error"]) == (status, reason)
    assert (endpoint.arrivals, endpoint.refused) == ({}, [reason])


@pytest.mark.parametrize("seconds", [-301, 301])
def test_a_message_of_another_time_is_refused(web: httpx.Client, seconds: float) -> None:
    assert send(web, signed(at=time.time() + seconds + (1 if seconds > 0 else -1))).status_code == 401


def test_a_changed_body_and_another_secret_are_refused(web: httpx.Client, endpoint: Endpoint) -> None:
    assert send(web, signed(), BODY.replace("BK-1", "BK-2")).status_code == 401
    assert send(web, signed(secret=OTHER_SECRET)).status_code == 401
    assert send(web, signed(), name="northside").status_code == 401
    assert endpoint.arrivals == {}


@pytest.mark.parametrize("body", ["no json", "[]", '{"type": "x"}'])
def test_a_body_of_another_shape_is_refused(web: httpx.Client, body: str) -> None:
    assert send(web, signed(body), body).status_code == 400


def test_there_is_no_other_endpoint_and_nothing_to_get(web: httpx.Client) -> None:
    assert send(web, signed(), name="nowhere").status_code == 404
    assert web.get("/webhooks/demo").status_code == 404


def test_the_control_api_turns_secrets_and_answers(web: httpx.Client) -> None:
    turned: dict[str, Any] = {"secrets": [OTHER_SECRET], "status": 302, "headers": {"Location": "/webhooks/northside"}}
    web.patch("/control/webhooks/demo", json=turned).raise_for_status()
    answer = send(web, signed(secret=OTHER_SECRET))
    assert (answer.status_code, answer.headers["Location"]) == (302, "/webhooks/northside")
    assert [each["id"] for each in web.get("/control/webhooks/demo").json()["messages"]] == ["msg_1"]
    assert web.get("/control/state").json()["webhooks"]["messages"][0]["times"] == 1


def test_the_common_faults_meet_the_receiver(sandbox: SandboxServer, web: httpx.Client, endpoint: Endpoint) -> None:
    sandbox.control.fault("rate_limit", service="webhooks", account="demo", seconds=7)
    busy = send(web, signed())
    assert (busy.status_code, busy.headers["Retry-After"]) == (429, "7")
    sandbox.control.fault("drop_after", service="webhooks")
    with pytest.raises(httpx.RemoteProtocolError):
        send(web, signed())
    assert list(endpoint.arrivals) == ["msg_1"]
