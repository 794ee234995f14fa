"""How a clinic is told of its alerts: one mail, or one signed webhook each, with ids and codes only."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from booking_app.alerts.models import Alert
from booking_app.alerts.wording import words_for
from booking_app.bookings.mail.facts import ClinicCard
from booking_app.bookings.mail.letters import AlertWords, alert_letter
from booking_app.bookings.mail.messages import Envelope, message_of
from booking_app.clinics.models import Clinic
from booking_app.core.clock import Clock
from booking_app.core.mail import Postbox
from booking_app.core.outbound_http import OutboundHttp
from booking_app.crm.vendors.webhook.client import Webhook
from booking_app.crm.vendors.webhook.records import Message
from booking_app.tasks.kinds import TaskKinds

CALL_SECONDS = 20.0


@dataclass(frozen=True)
class MailAlerts:
    """Tells by mail."""

    postbox: Postbox
    sender: str
    console_url: str
    clock: Clock
    kinds: TaskKinds

    def __call__(self, clinic: Clinic, alerts: Sequence[Alert]) -> None:
        """One mail for them all. Raises RemoteFailure."""
        card = ClinicCard(
            name=clinic.name,
            phone=clinic.phone or None,
            email=None,
            primary_color=clinic.branding_values().primary_color,
            alert_email=clinic.alerts.get("email"),
            locale=clinic.locale,
        )
        letter = alert_letter(card, [_said(alert, self.kinds) for alert in alerts], self.console_url)
        mark = f"alert:{clinic.slug}:{','.join(f'{alert.id}.{alert.times_told}' for alert in alerts)}"
        envelope = Envelope(sender=self.sender, recipient=card.alert_email or "", mark=mark, sent_at=self.clock.now())
        deadline = self.clock.monotonic() + CALL_SECONDS
        self.postbox.send(message_of(letter, envelope, card), deadline=deadline, before_write=lambda: None)


@dataclass(frozen=True)
class WebhookAlerts:
    """Tells by webhook, signed after Standard Webhooks with a secret of the clinic's own."""

    outbound: OutboundHttp
    secret_key: str
    console_url: str
    clock: Clock
    kinds: TaskKinds

    def __call__(self, clinic: Clinic, alerts: Sequence[Alert]) -> None:
        """One message for each, under an id by which a repeat is known. Raises RemoteFailure."""
        webhook = Webhook.connect(
            url=str(clinic.alerts.get("webhook", "")),
            secret=alert_secret(self.secret_key, clinic.slug),
            outbound=self.outbound,
            now=self.clock.now,
            monotonic=self.clock.monotonic,
        ).within(deadline=self.clock.monotonic() + CALL_SECONDS)
        for alert in alerts:
            words = words_for(alert.cause, self.kinds)
            data: dict[str, object] = {
                "clinic": clinic.slug, "cause": alert.cause, "code": words.code, "what": words.what, "mend": words.fix,
                "count": alert.count, "references": alert.bookings.split(), "console": self.console_url,
            }  # fmt: skip
            webhook.deliver(Message(f"alert_{alert.id}_{alert.times_told}", "alert.open", alert.opened_at, data))


def alert_secret(secret_key: str, slug: str) -> str:
    """What the receiver of a clinic's alerts checks their signatures with: derived, so that nothing has to be kept."""
    key = hmac.new(secret_key.encode(), f"alerts:{slug}".encode(), hashlib.sha256).digest()
    return f"whsec_{base64.b64encode(key).decode()}"


def _said(alert: Alert, kinds: TaskKinds) -> AlertWords:
    words = words_for(alert.cause, kinds)
    return AlertWords(
        what=words.what, fix=words.fix, code=words.code, count=alert.count, references=alert.bookings.split(),
        is_reminder=alert.times_told > 0,
    )  # fmt: skip
