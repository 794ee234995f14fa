"""What leaves with an alert, and to whom it may go."""

import hashlib
import hmac
import json
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from email.message import EmailMessage

import httpx
import pytest

from booking_app.alerts.models import Alert
from booking_app.alerts.telling import MailAlerts, WebhookAlerts, alert_secret
from booking_app.alerts.wording import words_for
from booking_app.clinics.models import Clinic
from booking_app.core.clock import FixedClock
from booking_app.core.failures import Failure, RemoteFailure
from booking_app.core.outbound_http import OutboundHttp
from booking_app.crm.vendors.webhook.outbound import open_outbound
from tests.bookings.conftest import NOW
from tests.kinds import known_kinds

CONSOLE = "https://booking.example/console/"


@dataclass
class Postbox:
    sent: list[EmailMessage] = field(default_factory=list)

    def send(self, message: EmailMessage, **_how: object) -> None:
        self.sent.append(message)


def clinic(**alerts: str) -> Clinic:
    given = {"email": "desk@example.com", "webhook": "https://alerts.example.com/in", **alerts}
    return Clinic(id=1, slug="demo", name="Synthetic Health", phone="", locale="en-AU", branding={}, alerts=given)


def alert(cause: str = "parked:document:data:cliniko_422:file", **values: object) -> Alert:
    given = {
        "id": 3,
        "cause": cause,
        "count": 7,
        "bookings": "BK-SAMPLE01 BK-SAMPLE02",
        "opened_at": NOW,
        "times_told": 0,
    }
    return Alert(**{**given, **values})


def mail_alerts(postbox: Postbox) -> MailAlerts:
    return MailAlerts(postbox, "bookings@example.com", CONSOLE, FixedClock(NOW), known_kinds())


def body_of(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def test_the_mail_says_what_how_often_where_and_what_to_do() -> None:
    postbox = Postbox()
    mail_alerts(postbox)(clinic(), [alert()])
    (message,) = postbox.sent
    assert (message["To"], message["Subject"]) == ("desk@example.com", "Online booking: something needs attention")
    for words in ("A signed document could not be stored in Cliniko, 7 times", "BK-SAMPLE01, BK-SAMPLE02 and more",
                  "cliniko_422:file", "Enter it there by hand", CONSOLE):  # fmt: skip
        assert words in body_of(message)


def test_a_reminder_says_that_it_is_one() -> None:
    postbox = Postbox()
    mail_alerts(postbox)(clinic(), [alert(times_told=1)])
    assert postbox.sent[0]["Subject"] == "Online booking: something still needs attention"


@pytest.mark.parametrize(
    ("cause", "what"),
    [
        ("connection:hubspot:7:hubspot_401", "HubSpot refuses the stored key"),
        ("late", "Tasks are due and nobody does them"),
        ("differs:form_unfinished", "The patient's form in Cliniko is not marked as completed"),
        ("failing:appointment:transient:cliniko_503", "A booking could not be entered in Cliniko"),
        ("parked:confirmation_mail:config:mail_not_set_up", "The confirmation to a patient could not be sent"),
        ("parked:tags:config:hubspot_403:MISSING_SCOPES", "A contact could not be tagged, or put on its list"),
        ("parked:record:data:hubspot_400:x", "A booking could not be noted with its contact in the CRM"),
        ("parked:fields:config:hubspot_no_field:x", "Fields of a contact did not reach the CRM"),
        ("parked:consent:config:mailchimp_403", "A patient's consent to email could not be noted in the CRM"),
        ("parked:something_new:data:x", "A task could not be done"),
    ],
)
def test_every_cause_has_words(cause: str, what: str) -> None:
    postbox = Postbox()
    mail_alerts(postbox)(clinic(), [alert(cause)])
    assert what in body_of(postbox.sent[0])


def test_every_kind_of_task_there_is_has_words_of_its_own() -> None:
    kinds = known_kinds()
    said = [words_for(f"parked:{name}:data:x", kinds).what for name in kinds.names()]
    assert "A task could not be done" not in said
    assert all(kinds.words(name).done and kinds.words(name).group != "Other" for name in kinds.names())


def test_a_fault_of_our_own_is_not_laid_at_another_systems_door() -> None:
    postbox = Postbox()
    cause = "parked:document:data:internal:lost_leases"
    mail_alerts(postbox)(clinic(), [alert(cause)])
    body = " ".join(body_of(postbox.sent[0]).split())
    assert "why its workers die" in body and "other system" not in body


def test_the_webhook_is_signed_after_standard_webhooks_and_known_when_repeated() -> None:
    seen: list[httpx.Request] = []

    def receive(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(204)

    outbound = OutboundHttp(
        httpx.MockTransport(receive), allow_private=False, look_up=lambda _host, _port: ["93.184.216.34"]
    )
    WebhookAlerts(outbound, "a secret for tests alone", CONSOLE, FixedClock(NOW), known_kinds())(clinic(), [alert()])
    (request,) = seen
    body = json.loads(request.content)
    assert (request.headers["webhook-id"], body["type"]) == ("alert_3_0", "alert.open")
    assert body["data"]["references"] == ["BK-SAMPLE01", "BK-SAMPLE02"]
    names = {"clinic", "cause", "code", "what", "mend", "count", "references", "console"}
    assert set(body["data"]) == names, "receivers go by these names, whatever ours are"
    key = b64decode(alert_secret("a secret for tests alone", "demo").removeprefix("whsec_"))
    signed = f"alert_3_0.{request.headers['webhook-timestamp']}.".encode() + request.content
    expected = b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert request.headers["webhook-signature"] == f"v1,{expected}"


@pytest.mark.parametrize("url", ["https://127.0.0.1/in", "https://10.0.0.8/in", "http://alerts.example.com/in"])
def test_a_webhook_to_a_private_or_open_address_is_refused(url: str) -> None:
    outbound = open_outbound(allow_private=False)
    tell = WebhookAlerts(outbound, "a secret for tests alone", CONSOLE, FixedClock(NOW), known_kinds())
    with pytest.raises(RemoteFailure) as refused:
        tell(clinic(webhook=url), [alert()])
    assert refused.value.failure is Failure.CONFIG


def test_each_clinic_has_a_secret_of_its_own() -> None:
    assert alert_secret("one key", "demo") != alert_secret("one key", "other") != alert_secret("another key", "other")
