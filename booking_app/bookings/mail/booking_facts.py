"""Reading a booking as its mails tell it."""

from functools import lru_cache

from booking_app.bookings.booking_contact import BookingContactReader
from booking_app.bookings.deadlines import deadlines_of
from booking_app.bookings.join_links import link_of
from booking_app.bookings.mail.facts import AskedMove, ClinicCard, MailLogo, NoticeFacts
from booking_app.bookings.models import Booking, BookingState, Source
from booking_app.bookings.placing import ManageTokens
from booking_app.bookings.signed_copies import SignedCopies
from booking_app.clinics.clinics import clinic_file
from booking_app.clinics.models import Clinic
from booking_app.clinics.pictures import mail_logo
from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.core.sealing import Keyring


class NoticeFactsReader:
    """Reads what a mail may say; `base_url` is where this product answers."""

    def __init__(
        self, *, database: Database, booking_contact: BookingContactReader, manage_tokens: ManageTokens,
        keyring: Keyring, clock: Clock, signed_copies: SignedCopies, base_url: str,
    ) -> None:  # fmt: skip
        self._signed_copies = signed_copies
        self._database = database
        self._booking_contact = booking_contact
        self._keyring = keyring
        self._clock = clock
        self._manage_tokens = manage_tokens
        self._base_url = base_url

    def read(self, booking_id: int) -> NoticeFacts:
        """The booking as its mails tell it. Raises RemoteFailure."""
        booking_contact = self._booking_contact.read(booking_id)
        booking, clinic, names = booking_contact.booking, booking_contact.clinic, booking_contact.names
        return NoticeFacts(
            clinic=card_of(clinic, self._logo(clinic)),
            email=booking_contact.details.contact_email,
            reference=booking.reference,
            starts_at=booking.starts_at,
            ends_at=booking.ends_at,
            time_zone=names["time_zone"],
            location_name=names["location"],
            address=names["address"],
            directions=names["directions"],
            is_telehealth=names["is_telehealth"],
            is_cancelled=booking.is_cancelled,
            sequence=booking.revision,
            deadlines=deadlines_of(clinic.booking_rules(), booking.starts_at),
            move=_asked_move(booking),
            manage_url=f"{self._base_url}/manage/{self._manage_tokens.token(booking.reference)}",
            console_url=f"{self._base_url}/console/",
            booking_url=f"{self._base_url}/b/{clinic.slug}",
            copy_url=self._copy_url(booking.reference),
            confirmation_rule=clinic.booking_rules().confirmation_mail,
            cliniko_sends_confirmation=names["sends_confirmation"],
            had_lost_time=booking_contact.had_lost_time,
            has_newer_booking=booking_contact.has_newer_booking,
            is_placed=booking.confirmed_at is not None or booking.source == Source.FRONT_DESK,
            is_waiting=booking.state == BookingState.PLACING,
            is_minor_alone=booking.is_minor_alone,
            join=link_of(booking, self._keyring, self._clock.now(), is_by_video=names["is_telehealth"]),
        )

    def _copy_url(self, reference: str) -> str | None:
        token = self._signed_copies.token(reference)
        return f"{self._base_url}/signed/{token}" if token else None

    def _logo(self, clinic: Clinic) -> MailLogo | None:
        name = clinic.branding_values().logo
        if name is None:
            return None
        with self._database.reading() as session:
            file = clinic_file(session, clinic.id, name)
        return _as_mailed(file.content) if file else None


@lru_cache(maxsize=64)
def _as_mailed(content: bytes) -> MailLogo:
    png, width, height = mail_logo(content)
    return MailLogo(png, width // 2, height // 2)


def _asked_move(booking: Booking) -> AskedMove | None:
    move = booking.last_move
    if move is None:
        return None
    return AskedMove(move.number, move.origin.starts_at, move.target.starts_at, move.outcome)


def card_of(clinic: Clinic, logo: MailLogo | None = None) -> ClinicCard:
    """How the clinic presents itself in its mails."""
    branding = clinic.branding_values()
    return ClinicCard(
        name=clinic.name,
        phone=clinic.phone or None,
        email=clinic.email or None,
        primary_color=branding.primary_color,
        alert_email=clinic.alerts.get("email"),
        header=branding.email_header,
        confirmation_text=branding.confirmation_text,
        locale=clinic.locale,
        logo=logo,
    )
