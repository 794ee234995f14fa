"""Sending one notice as a task: due or not, waiting a little for a link, in doubt.

A mail server cannot be asked whether it has taken a message, so after a lost answer there is no telling. A patient
prefers two mails to none: it is sent a second time, under the same Message-ID. When that answer is lost too, the task
is parked for a person to look at the mail server, rather than filling a mailbox.
"""

from abc import ABC, abstractmethod
from email.message import EmailMessage

from sqlalchemy.orm import Session

from booking_app.bookings.join_links import LINK_FOLLOWS, locked, mail_link
from booking_app.bookings.mail.calendar import calendar_file, entry_of, method_of
from booking_app.bookings.mail.facts import LoadNoticeFacts, NoticeFacts
from booking_app.bookings.mail.letters import Letter
from booking_app.bookings.mail.messages import CalendarAttachment, Envelope, message_of
from booking_app.core.clock import Clock
from booking_app.core.failures import Failure, RemoteFailure
from booking_app.core.mail import Postbox
from booking_app.tasks.records import Effect, Later, Record, Work

MOST_SENDINGS_IN_DOUBT = 2
LINK_WAIT = 10.0


class MailHandler(ABC):
    """Sends one kind of notice; subclasses say whether, what and to whom."""

    brings_link = False  # to a visit by video

    def __init__(self, *, load_facts: LoadNoticeFacts, postbox: Postbox, sender: str, clock: Clock) -> None:
        self._load_facts = load_facts
        self._postbox = postbox
        self._sender = sender
        self._clock = clock

    def probe(self, work: Work) -> Effect | None:
        """Cannot be known: see above."""
        return None

    def act(self, work: Work) -> Effect | Later:
        """Send the notice as the booking is now; done with a note when there is nothing to send any more.

        One that would bring the link to a visit by video waits a little for it, and then goes without.
        """
        facts = self._load_facts(work.subject_id)
        reason = self._reason_not_to_send(facts)
        if reason:
            return Effect(note=reason)
        if self.brings_link and facts.lacks_link and facts.join.is_coming:
            return Later(LINK_WAIT)
        message = self._message(facts, work)
        send_in_doubt(self._postbox, message, work)
        if self.brings_link and facts.lacks_link:
            return Effect(_short_id(message), LINK_FOLLOWS, self._link_may_follow(work))
        return Effect(remote_id=_short_id(message))

    def _link_may_follow(self, work: Work) -> Record:
        """The link may have come while the mail was on its way."""
        now = self._clock.now()

        def record(session: Session) -> None:
            mail_link(session, locked(session, work.subject_id), now)

        return record

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


def send_in_doubt(postbox: Postbox, message: EmailMessage, work: Work) -> None:
    """Hand it in once. Raises RemoteFailure, CONFIG after the second answer that was lost."""
    try:
        postbox.send(message, deadline=work.deadline, before_write=work.check_lease)
    except RemoteFailure as failure:
        is_in_doubt = failure.failure is Failure.UNKNOWN_OUTCOME
        if is_in_doubt and work.attempts >= MOST_SENDINGS_IN_DOUBT:
            raise RemoteFailure("mail_outcome_unknown_again", failure=Failure.CONFIG) from failure
        raise


def _short_id(message: EmailMessage) -> str:
    """The unique part of the Message-ID, for finding the mail in a server's log."""
    return str(message["Message-ID"]).strip("<>").partition("@")[0]
