"""Mail with a one-time code to a patient. It names neither service nor person."""

from dataclasses import dataclass

import structlog

from booking_app.bookings.mail.booking_facts import card_of
from booking_app.bookings.mail.letters import code_letter
from booking_app.bookings.mail.messages import Envelope, message_of
from booking_app.clinics.models import Clinic
from booking_app.core.clock import Clock
from booking_app.core.failures import RemoteFailure
from booking_app.core.mail import Postbox

CALL_SECONDS = 6.0  # a patient waits for it

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class CodeMail:
    """Sends at once and says whether it went."""

    postbox: Postbox
    sender: str
    clock: Clock
    is_set_up: bool

    def send(self, clinic: Clinic, email: str, code: str, mark: str) -> bool:
        """`mark` tells this mail from every other."""
        card = card_of(clinic)
        envelope = Envelope(sender=self.sender, recipient=email, mark=f"code:{mark}", sent_at=self.clock.now())
        try:
            deadline = self.clock.monotonic() + CALL_SECONDS
            message = message_of(code_letter(card, code), envelope, card)
            self.postbox.send(message, deadline=deadline, before_write=lambda: None)
        except RemoteFailure as failure:
            log.warning("code_mail_not_sent", code=failure.code)
            return False
        return True
