"""The task runner's handlers for mail: each says whether it is due, what it says and to whom."""

from abc import abstractmethod
from dataclasses import replace
from email.message import EmailMessage

from booking_app.bookings.mail.facts import NoticeFacts
from booking_app.bookings.mail.letters import (
    Letter,
    attention_letter,
    cancellation_letter,
    clinic_letter,
    confirmation_letter,
    held_clinic_letter,
    held_letter,
    link_letter,
    lost_letter,
    message_letter,
    moved_clinic_letter,
    moved_letter,
    not_moved_letter,
    unconfirmed_letter,
    unplaced_clinic_letter,
    unplaced_letter,
)
from booking_app.bookings.mail.messages import message_of
from booking_app.bookings.mail.sending import MailHandler
from booking_app.tasks.records import Work


class ConfirmationMail(MailHandler):
    """To the patient, or the guardian of a minor: when, where, and how to change it."""

    brings_link = True

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


class ConfirmationAgainMail(ConfirmationMail):
    """The same once more, because staff asked for it: whatever the clinic's rule for the first one is."""

    def _reason_not_to_send(self, facts: NoticeFacts) -> str | None:
        if facts.is_cancelled:
            return "cancelled_before_sending"
        return "appointment_has_passed" if facts.starts_at <= self._clock.now() else None


class CancellationMail(MailHandler):
    """To the patient: that it is off. Cliniko's confirmation says nothing of this, so only "never" holds it back."""

    def _reason_not_to_send(self, facts: NoticeFacts) -> str | None:
        if not facts.is_cancelled:
            return "not_cancelled"
        return "clinic_sends_none" if facts.confirmation_rule == "never" else None

    def _message(self, facts: NoticeFacts, work: Work) -> EmailMessage:
        return self._to_patient(cancellation_letter(facts), facts, work)


class LostMail(MailHandler):
    """To a patient who has left the page: nothing is booked. No rule holds it back, because it must arrive."""

    def _reason_not_to_send(self, facts: NoticeFacts) -> str | None:
        return "another_time_chosen" if facts.has_newer_booking else None

    def _message(self, facts: NoticeFacts, work: Work) -> EmailMessage:
        return message_of(lost_letter(facts), self._envelope(facts, work, facts.email), facts.clinic)


class UnconfirmedMail(MailHandler):
    """To a patient whose booking waits for a person; not when it has been confirmed or given up for another since."""

    def _reason_not_to_send(self, facts: NoticeFacts) -> str | None:
        if facts.is_placed:
            return "confirmed_since"
        return "another_time_chosen" if facts.has_newer_booking else None

    def _message(self, facts: NoticeFacts, work: Work) -> EmailMessage:
        return message_of(unconfirmed_letter(facts), self._envelope(facts, work, facts.email), facts.clinic)


class HeldMail(MailHandler):
    """To a patient who agreed that the request is held: what that means, and whom to ring."""

    def _reason_not_to_send(self, facts: NoticeFacts) -> str | None:
        return None if facts.is_waiting else "not_held_any_more"

    def _message(self, facts: NoticeFacts, work: Work) -> EmailMessage:
        return message_of(held_letter(facts), self._envelope(facts, work, facts.email), facts.clinic)


class UnplacedMail(MailHandler):
    """To a patient whose request was given up, because Cliniko was not back in time: nothing is booked."""

    def _reason_not_to_send(self, facts: NoticeFacts) -> str | None:
        return "another_time_chosen" if facts.has_newer_booking else None

    def _message(self, facts: NoticeFacts, work: Work) -> EmailMessage:
        return message_of(unplaced_letter(facts), self._envelope(facts, work, facts.email), facts.clinic)


class _ToClinic(MailHandler):
    """To the clinic's address for alerts, where there is one."""

    def _reason_not_to_send(self, facts: NoticeFacts) -> str | None:
        return None if facts.clinic.alert_email else "no_alert_address"

    def _message(self, facts: NoticeFacts, work: Work) -> EmailMessage:
        envelope = self._envelope(facts, work, facts.clinic.alert_email or "")
        return message_of(self._letter(facts), envelope, facts.clinic)

    @abstractmethod
    def _letter(self, facts: NoticeFacts) -> Letter:
        """What it says."""


class MovedMail(MailHandler):
    """To the patient: the new time, with a calendar file that replaces the old entry. Only "never" holds it back."""

    brings_link = True

    def _reason_not_to_send(self, facts: NoticeFacts) -> str | None:
        if facts.is_cancelled:
            return "cancelled_before_sending"
        return "clinic_sends_none" if facts.confirmation_rule == "never" else None

    def _message(self, facts: NoticeFacts, work: Work) -> EmailMessage:
        now_true = replace(facts, deadlines=facts.deadlines.open_at(self._clock.now()))
        return self._to_patient(moved_letter(now_true), now_true, work)


class LinkMail(MailHandler):
    """To a patient whose mail went without the link to a visit by video. It follows a mail, so no rule stops it."""

    def _reason_not_to_send(self, facts: NoticeFacts) -> str | None:
        if facts.is_cancelled:
            return "cancelled_before_sending"
        return "appointment_has_passed" if facts.join.url is None else None

    def _message(self, facts: NoticeFacts, work: Work) -> EmailMessage:
        return self._to_patient(link_letter(facts), facts, work)


class NotMovedMail(MailHandler):
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


class MessageMail(_ToClinic):
    """That a patient has sent a message, which stands in the console."""

    def _letter(self, facts: NoticeFacts) -> Letter:
        return message_letter(facts)


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
