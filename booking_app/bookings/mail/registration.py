"""The kinds of task that send mail, and their words."""

from collections.abc import Callable, Mapping

from booking_app.bookings.mail import handlers
from booking_app.bookings.mail.facts import LoadNoticeFacts
from booking_app.core.clock import Clock
from booking_app.core.mail import Postbox
from booking_app.tasks.kinds import Lane, TaskKind, TaskWords
from booking_app.tasks.records import Handler

GROUP = "Email"


def _words(done: str, mail: str) -> TaskWords:
    return TaskWords(GROUP, done, f"{mail} could not be sent")


KINDS: Mapping[str, tuple[Callable[..., Handler], TaskWords]] = {
    "confirmation_mail": (
        handlers.ConfirmationMail, _words("Confirmation to the patient", "The confirmation to a patient"),
    ),
    "confirmation_again_mail": (
        handlers.ConfirmationAgainMail,
        _words("Confirmation to the patient once more", "The confirmation that staff sent again"),
    ),
    "cancellation_mail": (
        handlers.CancellationMail, _words("Cancellation to the patient", "The mail about a cancellation to a patient"),
    ),
    "clinic_mail": (handlers.ClinicMail, _words("Notice to the clinic", "A mail to the clinic about a booking")),
    "message_mail": (
        handlers.MessageMail,
        _words("Told the clinic of a patient’s message", "The mail about a patient’s message to the clinic"),
    ),
    "lost_mail": (
        handlers.LostMail, _words("Told the patient that the time was taken", "The mail that a time was taken"),
    ),
    "held_mail": (
        handlers.HeldMail, _words("Told the patient that the request is kept", "The mail that a request is kept"),
    ),
    "held_clinic_mail": (
        handlers.HeldClinicMail,
        _words("Asked the clinic to keep the time free", "The mail that asks the clinic to keep a time free"),
    ),
    "unplaced_mail": (
        handlers.UnplacedMail, _words("Told the patient that the request ended", "The mail that a request has ended"),
    ),
    "unplaced_clinic_mail": (
        handlers.UnplacedClinicMail,
        _words("Told the clinic that the request ended", "The mail to the clinic that a request has ended"),
    ),
    "moved_mail": (handlers.MovedMail, _words("New time to the patient", "The mail with a new time to a patient")),
    "moved_clinic_mail": (
        handlers.MovedClinicMail, _words("New time to the clinic", "The mail with a new time to the clinic"),
    ),
    "link_mail": (
        handlers.LinkMail, _words("Link to the video visit sent", "The mail with the link to a video visit"),
    ),
    "not_moved_mail": (
        handlers.NotMovedMail,
        _words("Told the patient that the old time stands", "The mail to a patient that the old time stands"),
    ),
    "attention_mail": (
        handlers.AttentionMail,
        _words("Told the clinic that something needs attention", "The mail that a booking needs attention"),
    ),
    "unconfirmed_mail": (
        handlers.UnconfirmedMail,
        _words("Told the patient that the booking waits", "The mail to a patient that a booking waits"),
    ),
}  # fmt: skip


def mail_task_kinds(*, load_facts: LoadNoticeFacts, postbox: Postbox, sender: str, clock: Clock) -> list[TaskKind]:
    """Every kind of task that sends a mail about a booking."""
    return [
        TaskKind(
            name=name,
            handler=make(load_facts=load_facts, postbox=postbox, sender=sender, clock=clock),
            words=words,
            lane=Lane.MESSAGES,
        )
        for name, (make, words) in KINDS.items()
    ]
