"""The task `return_code`: the mail with the code, or the one that says kindly that nobody is known by that address.

Whether somebody is known is found out here, long after the page was answered, so that the page tells nobody.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from booking_app.bookings.mail.booking_facts import card_of
from booking_app.bookings.mail.letters import return_code_letter, return_unknown_letter
from booking_app.bookings.mail.messages import Envelope, message_of
from booking_app.bookings.models import Draft
from booking_app.bookings.returning.returning import CODE_TASK, PURPOSE, code_about, typed_email
from booking_app.clinics.models import Clinic
from booking_app.core.clock import Clock
from booking_app.core.db import Database
from booking_app.core.failures import Failure, RemoteFailure
from booking_app.core.mail import Postbox
from booking_app.core.one_time_codes import GOOD_FOR, OneTimeCodes
from booking_app.core.sealing import Keyring
from booking_app.pms.practice import Practices
from booking_app.tasks.kinds import Lane, TaskKind, TaskWords
from booking_app.tasks.models import Task
from booking_app.tasks.records import Effect, Work

WORDS = TaskWords("Email", "Code to a returning patient", "A code to a returning patient could not be sent")
NO_USE = "nobody_waits_any_more"


@dataclass(frozen=True)
class _Asked:
    """Who asked for a code, and when. `subject` is what the code is bound to."""

    clinic: Clinic
    email: str
    subject: str
    at: datetime


@dataclass(frozen=True)
class SendReturnCode:
    """Makes a code, and mails it where Cliniko knows the address. Without an answer of Cliniko it is mailed too."""

    database: Database
    keyring: Keyring
    clock: Clock
    codes: OneTimeCodes
    practices: Practices
    postbox: Postbox
    sender: str

    def probe(self, work: Work) -> Effect | None:
        """A mail server cannot be asked what it has taken."""
        return None

    def act(self, work: Work) -> Effect:
        """Send it; each try has a code of its own, which voids the one before. Nothing once nobody waits for it."""
        with self.database.reading() as session:
            asked = self._asked(session, work)
        if asked is None or self.clock.now() - asked.at > GOOD_FOR:
            return Effect(note=NO_USE)
        # The code is made whoever the address belongs to: typing a wrong one must look the same.
        code = self.codes.new(PURPOSE, asked.subject, code_about(asked.email))
        card = card_of(asked.clinic)
        letter = return_code_letter(card, code) if self._may_be_known(work, asked) else return_unknown_letter(card)
        mark = f"{CODE_TASK}:{work.task_id}:{work.attempts}"
        envelope = Envelope(sender=self.sender, recipient=asked.email, mark=mark, sent_at=self.clock.now())
        try:
            message = message_of(letter, envelope, card)
            self.postbox.send(message, deadline=work.deadline, before_write=work.check_lease)
        except RemoteFailure as failure:
            if failure.failure is Failure.DATA:
                return Effect(note="address_unusable")  # somebody's slip is nothing for the clinic to fix
            if failure.failure is Failure.UNKNOWN_OUTCOME and work.attempts > 1:
                return Effect(note="outcome_unknown")  # the page offers to send another
            raise
        return Effect(note="sent")

    def _asked(self, session: Session, work: Work) -> _Asked | None:
        draft = session.get(Draft, work.subject_id)
        email = typed_email(self.keyring, draft) if draft else ""
        if draft is None or not email:
            return None
        clinic = session.get_one(Clinic, draft.clinic_id)
        return _Asked(clinic, email, draft.token_hash, session.get_one(Task, work.task_id).created_at)

    def _may_be_known(self, work: Work, asked: _Asked) -> bool:
        try:
            practice = self.practices(asked.clinic.id).within(deadline=work.deadline)
            return bool(practice.patients_by_email(asked.email))
        except RemoteFailure:
            return True


def return_code_kind(handler: SendReturnCode) -> TaskKind:
    return TaskKind(name=CODE_TASK, handler=handler, words=WORDS, lane=Lane.MESSAGES)
