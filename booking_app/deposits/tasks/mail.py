"""Mail about money: a receipt, that nothing was taken, that it comes back. Neither service nor person is named."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from booking_app.bookings.booking_contact import BookingContactReader
from booking_app.bookings.mail.booking_facts import card_of
from booking_app.bookings.mail.letters import Letter, branded_letter, mail_templates
from booking_app.bookings.mail.messages import Envelope, message_of
from booking_app.bookings.mail.sending import send_in_doubt
from booking_app.bookings.models import Booking
from booking_app.clinics.models import Clinic
from booking_app.core.amounts import money
from booking_app.core.clock import Clock
from booking_app.core.dates import plain_day
from booking_app.core.db import Database
from booking_app.core.mail import Postbox
from booking_app.core.sealing import Keyring
from booking_app.deposits.models import Deposit, DepositRefund
from booking_app.deposits.vendors.registered import SPECS
from booking_app.intake.documents import DocumentsUnavailable, render_page
from booking_app.tasks.records import Effect, Work


@dataclass(frozen=True)
class MoneyFacts:
    """A deposit as its mails tell it."""

    clinic: Clinic
    deposit: Deposit
    booking: Booking | None
    email: str
    refund: DepositRefund | None = None

    @property
    def amount(self) -> str:
        return money(self.refund.amount if self.refund else self.deposit.amount, self.deposit.currency)


Write = Callable[[MoneyFacts], Letter | None]


class MoneyMail:
    """Sends one kind of mail about a deposit; `write` says what, or None where there is nothing to say any more."""

    def __init__(
        self, write: Write, *, has_receipt: bool, database: Database, keyring: Keyring, postbox: Postbox,
        sender: str, clock: Clock, booking_contact: BookingContactReader,
    ) -> None:  # fmt: skip
        self._write = write
        self._has_receipt = has_receipt
        self._database = database
        self._keyring = keyring
        self._postbox = postbox
        self._sender = sender
        self._clock = clock
        self._booking_contact = booking_contact

    def probe(self, work: Work) -> None:
        """A mail server cannot be asked."""

    def act(self, work: Work) -> Effect:
        facts = self._facts(work)
        letter = self._write(facts) if facts else None
        if facts is None or letter is None:
            return Effect(note="nobody_to_write_to" if facts is None else "not_needed")
        mark = f"{facts.deposit.reference}:{work.name}"
        envelope = Envelope(sender=self._sender, recipient=facts.email, mark=mark, sent_at=self._clock.now())
        message = message_of(letter, envelope, card_of(facts.clinic))
        if paper := self._paper(facts):
            name = f"receipt-{facts.deposit.reference}.pdf"
            message.add_attachment(paper, maintype="application", subtype="pdf", filename=name)
        send_in_doubt(self._postbox, message, work)
        return Effect()

    def _facts(self, work: Work) -> MoneyFacts | None:
        number = work.name.partition(":")[2]
        with self._database.reading() as session:
            deposit = session.get_one(Deposit, work.subject_id)
            payer = payer_of(self._keyring, deposit)
            booking = session.get(Booking, deposit.booking_id) if deposit.booking_id else None
            refund = session.get(DepositRefund, int(number)) if number else None
            clinic = session.get_one(Clinic, deposit.clinic_id)
        email = str(payer["email"]) if payer else self._read_back(booking)
        return MoneyFacts(clinic, deposit, booking, email, refund) if email else None

    def _paper(self, facts: MoneyFacts) -> bytes | None:
        """The receipt as a PDF; None where this machine can make none: the mail says the same."""
        if not self._has_receipt:
            return None
        try:
            return render_page(mail_templates().get_template("mail/deposit_receipt_paper.html").render(_words(facts)))
        except DocumentsUnavailable:
            return None

    def _read_back(self, booking: Booking | None) -> str:
        """The address as Cliniko has it, once ours is purged; "" where there is nobody to be written to."""
        return self._booking_contact.read(booking.id).details.email if booking else ""


def payer_of(keyring: Keyring, deposit: Deposit) -> dict[str, Any] | None:
    """Whom a deposit's mails go to, and the draft it was opened from; None once that is purged."""
    if deposit.sealed_payer is None:
        return None
    found: dict[str, Any] = json.loads(keyring.unseal(deposit.sealed_payer))
    return found


def receipt(facts: MoneyFacts) -> Letter:
    return _letter("deposit_receipt", "Receipt for your deposit", facts)


def released(facts: MoneyFacts) -> Letter:
    return _letter("deposit_released", "Your deposit was not taken", facts)


def refunded(facts: MoneyFacts) -> Letter:
    return _letter("deposit_refund", "Your deposit is on its way back", facts)


def _letter(name: str, subject: str, facts: MoneyFacts) -> Letter:
    return branded_letter(name, subject, card_of(facts.clinic), _words(facts))


def _words(facts: MoneyFacts) -> dict[str, Any]:
    deposit, clinic = facts.deposit, facts.clinic
    paid_at = deposit.captured_at or deposit.authorised_at or deposit.opened_at
    return {
        "amount": facts.amount,
        "currency": deposit.currency,
        "reference": deposit.reference,
        "paid_on": plain_day(paid_at.astimezone(ZoneInfo(clinic.time_zone)).date()),
        "is_test": deposit.is_test,
        "legal_name": clinic.legal_name or clinic.name,
        "business_number": clinic.business_number,
        "contact": " · ".join(each for each in (clinic.phone, clinic.email, clinic.website) if each),
        "tax": deposit.rules().tax,
        "method": SPECS[deposit.vendor].title if deposit.vendor in SPECS else deposit.vendor,
        "payment_id": deposit.payment_id,
        "language": clinic.locale or "en",
    }
