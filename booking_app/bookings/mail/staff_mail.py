"""Mail to the people of a clinic: an invitation, and a link to set a password. It names no patient and no person."""

from dataclasses import dataclass

import structlog

from booking_app.bookings.mail.facts import ClinicCard
from booking_app.bookings.mail.letters import Letter, staff_letter
from booking_app.bookings.mail.messages import Envelope, message_of
from booking_app.clinics.models import Clinic
from booking_app.core.clock import Clock
from booking_app.core.failures import RemoteFailure
from booking_app.core.mail import Postbox

CALL_SECONDS = 8.0  # somebody at a console waits for it
NOBODY = ClinicCard(name="Booking console", phone=None, email=None, primary_color=None, alert_email=None)

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class StaffMail:
    """Sends at once, and says whether it went: where it did not, its link can be passed on by hand."""

    postbox: Postbox
    sender: str
    clock: Clock
    is_set_up: bool

    def invite_newcomer(self, clinic: Clinic, email: str, link: str) -> bool:
        """To somebody who has no password yet."""
        return self._send("staff_newcomer", "You have been added to a booking console", _card(clinic), email, link)

    def invite(self, clinic: Clinic, email: str, link: str) -> bool:
        """To somebody who signs in already: a further clinic asks for their answer."""
        return self._send("staff_invitation", "A clinic has invited you", _card(clinic), email, link)

    def reset(self, email: str, link: str, clinic: Clinic | None = None) -> bool:
        """To somebody who has forgotten their password, by their own wish or an owner's."""
        card = _card(clinic) if clinic else NOBODY
        return self._send("staff_reset", "Set a new password", card, email, link)

    def _send(self, name: str, subject: str, card: ClinicCard, email: str, link: str) -> bool:
        if not self.is_set_up:
            return False
        letter: Letter = staff_letter(name, subject, card, link)
        envelope = Envelope(sender=self.sender, recipient=email, mark=f"{name}:{link}", sent_at=self.clock.now())
        try:
            deadline = self.clock.monotonic() + CALL_SECONDS
            self.postbox.send(message_of(letter, envelope, card), deadline=deadline, before_write=lambda: None)
        except RemoteFailure as failure:
            log.warning("staff_mail_not_sent", mail=name, code=failure.code)
            return False
        return True


def _card(clinic: Clinic) -> ClinicCard:
    return ClinicCard(
        name=clinic.name,
        phone=clinic.phone or None,
        email=clinic.email or None,
        primary_color=clinic.branding_values().primary_color,
        alert_email=None,
        locale=clinic.locale,
    )
