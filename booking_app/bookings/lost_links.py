"""Who has lost the link to a booking gives an email address and is sent the links of their appointments to come."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from threading import BoundedSemaphore

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from booking_app.bookings.drafts import read_details
from booking_app.bookings.mail.booking_facts import card_of
from booking_app.bookings.mail.letters import BookingLink, links_letter
from booking_app.bookings.mail.messages import Envelope, message_of
from booking_app.bookings.mail.wording import moment_words, zone_words
from booking_app.bookings.models import Booking, BookingState
from booking_app.bookings.placing import ManageTokens
from booking_app.catalogue.catalogue import Catalogue
from booking_app.catalogue.snapshots import offered
from booking_app.clinics.models import Clinic
from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.core.failures import RemoteFailure
from booking_app.core.mail import Postbox
from booking_app.core.sealing import Keyring
from booking_app.core.tokens import new_token
from booking_app.pms.practice import Practices

CALL_SECONDS = 20.0
MOST_LOOKED_AT = 1000  # bookings to come of one clinic
MOST_LINKS = 20  # in one mail
MOST_WAITING = 50
STANDING = (BookingState.CONFIRMED, BookingState.MOVING)

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class LostLinks:
    """Looks and mails beside the request, so that an answer neither says nor by its time shows what was found.

    A mail that does not go, or a process that ends meanwhile, is made good by asking again, as the page says.
    """

    database: Database
    keyring: Keyring
    clock: Clock
    practices: Practices
    manage_tokens: ManageTokens
    postbox: Postbox
    sender: str
    base_url: str
    _waiting: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(MOST_WAITING))
    _beside: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "lost-links"))

    def ask(self, clinic: Clinic, email: str) -> None:
        """Have the links of this address mailed to it, soon; where too many wait, not at all."""
        if self._waiting.acquire(blocking=False):
            self._beside.submit(self._send_and_leave, clinic.id, email)

    def _send_and_leave(self, clinic_id: int, email: str) -> None:
        try:
            self.send(clinic_id, email)
        except RemoteFailure as failure:
            log.warning("lost_links_not_sent", code=failure.code)
        except Exception as error:  # noqa: BLE001 - nobody waits for it who could be told
            log.error("lost_links_failed", error=type(error).__name__)
        finally:
            self._waiting.release()

    def send(self, clinic_id: int, email: str) -> int:
        """Mail the links of the appointments to come of this address; how many there are. Raises RemoteFailure."""
        with self.database.reading() as session:
            clinic = session.get_one(Clinic, clinic_id)
            to_come = self._to_come(session, clinic)
            own = [booking for booking in to_come if self._is_of(booking, email)]
            purged = [one for one in to_come if one.sealed_facts is None and one.cliniko_patient_id]
            catalogue = offered(session, clinic_id)
        own += self._read_back(clinic, purged, email) if purged else []
        if not own:
            return 0
        links = [self._link(booking, clinic, catalogue) for booking in sorted(own, key=_start)[:MOST_LINKS]]
        envelope = Envelope(sender=self.sender, recipient=email, mark=f"links:{new_token()}", sent_at=self.clock.now())
        card = card_of(clinic)
        deadline = self.clock.monotonic() + CALL_SECONDS
        self.postbox.send(
            message_of(links_letter(card, links), envelope, card), deadline=deadline, before_write=lambda: None
        )
        return len(links)

    def _to_come(self, session: Session, clinic: Clinic) -> Sequence[Booking]:
        standing = select(Booking).where(
            Booking.clinic_id == clinic.id,
            Booking.state.in_(STANDING),
            Booking.starts_at > self.clock.now(),
            Booking.erased_at.is_(None),
        )
        return session.scalars(standing.order_by(Booking.starts_at).limit(MOST_LOOKED_AT)).all()

    def _is_of(self, booking: Booking, email: str) -> bool:
        if booking.sealed_facts is None:
            return False
        details = read_details(self.keyring, booking.sealed_facts)[0]
        return _folded(email) in (_folded(details.contact_email), _folded(details.email))

    def _read_back(self, clinic: Clinic, purged: Sequence[Booking], email: str) -> list[Booking]:
        """Those whose patient has this address in Cliniko today; one call."""
        practice = self.practices(clinic.id).within(deadline=self.clock.monotonic() + CALL_SECONDS)
        known = {patient.cliniko_id for patient in practice.patients_by_email(email)}
        return [booking for booking in purged if booking.cliniko_patient_id in known]

    def _link(self, booking: Booking, clinic: Clinic, catalogue: Catalogue | None) -> BookingLink:
        location = catalogue.location(booking.location_id) if catalogue else None
        zone = location.time_zone if location else clinic.time_zone
        when = f"{moment_words(booking.starts_at, zone)}, {zone_words(booking.starts_at, zone)}"
        return BookingLink(when, f"{self.base_url}/manage/{self.manage_tokens.token(booking.reference)}")


def _folded(email: str) -> str:
    return email.strip().casefold()


def _start(booking: Booking) -> datetime:
    return booking.starts_at
