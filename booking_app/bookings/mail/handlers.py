"""The task runner's handlers for mail.

A mail server cannot be asked whether it has taken a message, so after a lost answer there is no telling. A patient
prefers two mails to none: it is sent a second time, under the same Message-ID. When that answer is lost too, the task
is parked for a person to look at the mail server, rather than filling a mailbox.
"""

from abc import ABC, abstractmethod
from dataclasses import replace
from email.message import EmailMessage

from booking_app.bookings.mail.calendar import calendar_file, entry_of, method_of
from booking_app.bookings.mail.facts import LoadNoticeFacts, NoticeFacts
from booking_app.bookings.mail.letters import (
    Letter,
    attention_letter,
    cancellation_letter,
    clinic_letter,
    confirmation_letter,
    held_clinic_letter,
    held_letter,
    lost_letter,
    moved_clinic_letter,
    moved_letter,
    not_moved_letter,
    unconfirmed_letter,
    unplaced_clinic_letter,
    unplaced_letter,
)
from booking_app.bookings.mail.messages import CalendarAttachment, Envelope, message_of
from booking_app.core.clock import Clock
from booking_app.core.failures import Failure, RemoteFailure
from booking_app.core.mail import Postbox
from booking_app.tasks.records import Effect, Work

MOST_SENDINGS_IN_DOUBT = 2


class _MailHandler(ABC):
    """Sends one kind of notice; subclasses say whether, what and to whom."""

    def __init__(self, *, load_facts: LoadNoticeFacts, postbox: Postbox, sender: str, clock: Clock) -> None:
        self._load_facts = load_facts
        self._postbox = postbox
        self._sender = sender
        self._clock = clock

    def probe(self, work: Work) -> Effect | None:
        """Cannot be known: see above."""
        return None

    def act(self, work: Work) -> Effect:
        """Send the notice as the booking is now; done with a note when there is nothing to send any more."""
        facts = self._load_facts(work.subject_id)
        reason = self._reason_not_to_send(facts)
        if reason:
            return Effect(note=reason)
        message = self._message(facts, work)
        self._send(message, work)
        return Effect(remote_id=_short_id(message))

    @abstractmethod
    def _reason_not_to_send(self, facts: NoticeFacts) -> str | None:
        """A short code for the task's note; None when the notice is due."""

    @abstractmethod
    def _message(self, facts: NoticeFacts, work: Work) -> EmailMessage:
        """The whole message. Raises RemoteFailure DATA for an address that cannot be used."""

    def _envelope(self, facts: NoticeFacts, work: Work, recipient: str) -> Envelope:
        mark = f"{facts.reference}:{work.name}"
        return Envelope(sender=self._sender, recipient=recipient, mark=mark, sent_at=self._clock.now())

    def _to_patient(self, letter: Letter, facts: NoticeFacts, work: Work) -> EmailMessage:
        entry = entry_of(facts, organizer=self._sender)
        file = CalendarAttachment(calendar_file(entry, now=self._clock.now()), method_of(entry))
        return message_of(letter, self._envelope(facts, work, facts.email), facts.clinic, file)

    def _send(self, message: EmailMessage, work: Work) -> None:
        try:
            self._postbox.send(message, deadline=work.deadline, before_write=work.check_lease)
        except RemoteFailure as failure:
            is_in_doubt = failure.failure is Failure.UNKNOWN_OUTCOME
            if is_in_doubt and work.attempts >= MOST_SENDINGS_IN_DOUBT:
                raise RemoteFailure("mail_outcome_unknown_again", failure=Failure.CONFIG) from failure
            raise


class ConfirmationMail(_MailHandler):
    """To the patient, or the guardian of a minor: when, where, and how to change it."""

    def _reason_not_to_send(self, facts: NoticeFacts) -> str | None:
        if facts.is_cancelled:
            return "cancelled_before_sending"
        if facts.starts_at <= self._clock.now():
            return "appointment_has_passed"
        if facts.confirmation_rule == "never":
            return "clinic_sends_none"
        if facts.confirmation_rule == "when_cliniko_sends_none" and facts.cliniko_sends_confirmation:
            return "cliniko_confirms"
        return None

    def _message(self, facts: NoticeFacts, work: Work) -> EmailMessage:
        now_true = replace(facts, deadlines=facts.deadlines.open_at(self._clock.now()))
        return self._to_patient(confirmation_letter(now_true), now_true, work)


class CancellationMail(_MailHandler):
    """To the patient: that it is off. Cliniko's confirmation says nothing of this, so only "never" holds it back."""

    def _reason_not_to_send(self, facts: NoticeFacts) -> str | None:
        if not facts.is_cancelled:
            return "not_cancelled"
        return "clinic_sends_none" if facts.confirmation_rule == "never" else None

    def _message(self, facts: NoticeFacts, work: Work) -> EmailMessage:
        return self._to_patient(cancellation_letter(facts), facts, work)


class LostMail(_MailHandler):
    """To a patient who has left the page: nothing is booked. No rule holds it back, because it must arrive."""

    def _reason_not_to_send(self, facts: NoticeFacts) -> str | None:
        return "another_time_chosen" if facts.has_newer_booking else None

    def _message(self, facts: NoticeFacts, work: Work) -> EmailMessage:
        return message_of(lost_letter(facts), self._envelope(facts, work, facts.email), facts.clinic)


class UnconfirmedMail(_MailHandler):
    """To a patient whose booking waits for a person; not when it has been confirmed or given up for another since."""

    def _reason_not_to_send(self, facts: NoticeFacts) -> str | None:
        if facts.is_placed:
            return "confirmed_since"
        return "another_time_chosen" if facts.has_newer_booking else None

    def _message(self, facts: NoticeFacts, work: Work) -> EmailMessage:
        return message_of(unconfirmed_letter(facts), self._envelope(facts, work, facts.email), facts.clinic)


class HeldMail(_MailHandler):
    """To a patient who agreed that the request is held: what that means, and whom to ring."""

    def _reason_not_to_send(self, facts: NoticeFacts) -> str | None:
        return None if facts.is_waiting else "not_held_any_more"

    def _message(self, facts: NoticeFacts, work: Work) -> EmailMessage:
        return message_of(held_letter(facts), self._envelope(facts, work, facts.email), facts.clinic)


class UnplacedMail(_MailHandler):
    """To a patient whose request was given up, because Cliniko was not back in time: nothing is booked."""

    def _reason_not_to_send(self, facts: NoticeFacts) -> str | None:
        return "another_time_chosen" if facts.has_newer_booking else None

    def _message(self, facts: NoticeFacts, work: Work) -> EmailMessage:
        return message_of(unplaced_letter(facts), self._envelope(facts, work, facts.email), facts.clinic)


class _ToClinic(_MailHandler):
    """To the clinic's address for alerts, where there is one."""

    def _reason_not_to_send(self, facts: NoticeFacts) -> str | None:
        return None if facts.clinic.alert_email else "no_alert_address"

    def _message(self, facts: NoticeFacts, work: Work) -> EmailMessage:
        envelope = self._envelope(facts, work, facts.clinic.alert_email or "")
        return message_of(self._letter(facts), envelope, facts.clinic)

    @abstractmethod
    def _letter(self, facts: NoticeFacts) -> Letter:
        """What it says."""


class MovedMail(_MailHandler):
    """To the patient: the new time, with a calendar file that replaces the old entry. Only "never" holds it back."""

    def _reason_not_to_send(self, facts: NoticeFacts) -> str | None:
        if facts.is_cancelled:
            return "cancelled_before_sending"
        return "clinic_sends_none" if facts.confirmation_rule == "never" else None

    def _message(self, facts: NoticeFacts, work: Work) -> EmailMessage:
        now_true = replace(facts, deadlines=facts.deadlines.open_at(self._clock.now()))
        return self._to_patient(moved_letter(now_true), now_true, work)


class NotMovedMail(_MailHandler):
    """To a patient who has left the page: the old time stands. No rule holds it back, because it must arrive."""

    def _reason_not_to_send(self, facts: NoticeFacts) -> str | None:
        if facts.is_cancelled:
            return "cancelled_before_sending"
        is_answer_to_this = facts.move is not None and facts.move.outcome in ("lost", "failed")
        return None if is_answer_to_this else "another_time_chosen"

    def _message(self, facts: NoticeFacts, work: Work) -> EmailMessage:
        return message_of(not_moved_letter(facts), self._envelope(facts, work, facts.email), facts.clinic)


class MovedClinicMail(_ToClinic):
    """That a booking was moved online."""

    def _letter(self, facts: NoticeFacts) -> Letter:
        return moved_clinic_letter(facts)


class ClinicMail(_ToClinic):
    """That a booking came in or was cancelled online, and where to see it."""

    def _letter(self, facts: NoticeFacts) -> Letter:
        return clinic_letter(facts)


class HeldClinicMail(_ToClinic):
    """That a time is promised to somebody while Cliniko cannot be reached."""

    def _reason_not_to_send(self, facts: NoticeFacts) -> str | None:
        return super()._reason_not_to_send(facts) if facts.is_waiting else "not_held_any_more"

    def _letter(self, facts: NoticeFacts) -> Letter:
        return held_clinic_letter(facts)


class UnplacedClinicMail(_ToClinic):
    """That nothing came of a request."""

    def _letter(self, facts: NoticeFacts) -> Letter:
        return unplaced_clinic_letter(facts)


class AttentionMail(_ToClinic):
    """That a task of this booking is parked."""

    def _letter(self, facts: NoticeFacts) -> Letter:
        return attention_letter(facts)


def _short_id(message: EmailMessage) -> str:
    """The unique part of the Message-ID, for finding the mail in a server's log."""
    return str(message["Message-ID"]).strip("<>").partition("@")[0]
