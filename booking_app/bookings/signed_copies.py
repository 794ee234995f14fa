"""The patient's copy of what was signed, behind a link of its own that ends."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from booking_app.bookings.models import Booking
from booking_app.clinics.models import Clinic
from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.core.failures import RemoteFailure
from booking_app.core.sealing import Keyring
from booking_app.core.tokens import SignedTimes
from booking_app.intake.models import SignedDocument
from booking_app.intake.proof import first_rendering
from booking_app.pms.practice import Practices
from booking_app.tasks import lookups

GOOD_FOR = timedelta(days=7)
CALL_SECONDS = 15.0


class CopyGone(Exception):
    """Nothing to show: the link was never ours or has ended, or the person was erased."""


@dataclass(frozen=True)
class SignedCopy:
    """`pdf` is None while it is being made, or while Cliniko, which alone has it, cannot be asked (`is_away`)."""

    clinic: Clinic
    pdf: bytes | None
    is_away: bool = False


class SignedCopies:
    """A link names the booking and when it ends, and is signed; nothing is stored of it."""

    def __init__(
        self, *, database: Database, keyring: Keyring, clock: Clock, practices: Practices, secret_key: str
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._clock = clock
        self._practices = practices
        self._secret_key = secret_key

    def token(self, reference: str) -> str | None:
        """The end of a link that holds for a week; None where nothing is, or will be, signed for the booking."""
        with self._database.reading() as session:
            booking = session.scalar(select(Booking).where(Booking.reference == reference))
            if booking is None or booking.erased_at is not None:
                return None
            planned = {task.name for task in lookups.tasks_of(session, booking.subject)}
        if "document" not in planned:
            return None
        return f"{reference}.{self._times(reference).sign(self._clock.now() + GOOD_FOR)}"

    def read(self, token: str) -> SignedCopy:
        """The file as it was first made; once purged, as Cliniko has it, if it is the same still. Raises CopyGone."""
        reference, _, signed = token.partition(".")
        ends_at = self._times(reference).read(signed)
        if ends_at is None or ends_at <= self._clock.now():
            raise CopyGone
        with self._database.reading() as session:
            booking = session.scalar(select(Booking).where(Booking.reference == reference))
            if booking is None or booking.erased_at is not None:
                raise CopyGone
            clinic = session.get_one(Clinic, booking.clinic_id)
            row = session.scalar(select(SignedDocument).where(SignedDocument.booking_id == booking.id))
            kept = first_rendering(session, booking.id, self._keyring)
        if kept is not None:
            return SignedCopy(clinic, kept.pdf)
        if row is None:
            if booking.purged_at is not None:
                raise CopyGone
            return SignedCopy(clinic, None)
        return self._read_back(clinic, booking, row.file_sha256)

    def _read_back(self, clinic: Clinic, booking: Booking, file_sha256: str) -> SignedCopy:
        if booking.cliniko_patient_id is None:
            raise CopyGone
        practice = self._practices(clinic.id).within(deadline=self._clock.monotonic() + CALL_SECONDS)
        try:
            found = practice.find_document(patient_id=booking.cliniko_patient_id, marker=f"signed-{booking.reference}")
            content = practice.document_content(found.cliniko_id) if found else None
        except RemoteFailure:
            return SignedCopy(clinic, None, is_away=True)
        if content is None or hashlib.sha256(content).hexdigest() != file_sha256:
            raise CopyGone
        return SignedCopy(clinic, content)

    def _times(self, reference: str) -> SignedTimes:
        return SignedTimes(self._secret_key, "signed copy", reference)
