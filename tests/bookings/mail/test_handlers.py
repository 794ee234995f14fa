"""Notices as tasks: due, held back, in doubt."""

from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage

import pytest

from booking_app.bookings.deadlines import Deadlines
from booking_app.bookings.mail.facts import NoticeFacts
from booking_app.bookings.mail.handlers import CancellationMail, ClinicMail, ConfirmationMail, LostMail, UnconfirmedMail
from booking_app.core.clock import FixedClock
from booking_app.core.failures import Failure, RemoteFailure
from tests.bookings.mail.samples import CLINIC, FACTS, NOW, SENDER, facts, work


class KeptPost:
    """A Postbox that keeps what it is given, and may then fail as told."""

    def __init__(self, failure: RemoteFailure | None = None) -> None:
        self.messages: list[EmailMessage] = []
        self._failure = failure

    def send(self, message: EmailMessage, *, deadline: float, before_write: Callable[[], None]) -> None:
        before_write()
        self.messages.append(message)
        if self._failure:
            raise self._failure


Kind = type[ConfirmationMail] | type[CancellationMail] | type[ClinicMail] | type[LostMail] | type[UnconfirmedMail]


def made(kind: Kind, booking: NoticeFacts, post: KeptPost) -> ConfirmationMail | CancellationMail | ClinicMail:
    return kind(load_facts=lambda _: booking, postbox=post, sender=SENDER, clock=FixedClock(NOW))


def note_of(kind: Kind, booking: NoticeFacts) -> tuple[str | None, int]:
    post = KeptPost()
    return made(kind, booking, post).act(work()).note, len(post.messages)


def test_a_confirmation_goes_to_the_patient_with_a_calendar_file() -> None:
    post = KeptPost()
    effect = made(ConfirmationMail, FACTS, post).act(work())
    (message,) = post.messages
    assert (message["To"], message["Subject"]) == (FACTS.email, "Your appointment is confirmed")
    assert str(message["Message-ID"]).startswith(f"<{effect.remote_id}@")
    assert "text/calendar" in [part.get_content_type() for part in message.walk()]


@pytest.mark.parametrize(
    ("rule", "cliniko_sends", "note"),
    [
        ("when_cliniko_sends_none", False, None),
        ("when_cliniko_sends_none", True, "cliniko_confirms"),
        ("always", True, None),
        ("always", False, None),
        ("never", False, "clinic_sends_none"),
        ("never", True, "clinic_sends_none"),
    ],
)
def test_the_clinics_rule_decides_whether_a_confirmation_goes_out(
    rule: str, cliniko_sends: bool, note: str | None
) -> None:
    booking = facts(confirmation_rule=rule, cliniko_sends_confirmation=cliniko_sends)
    assert note_of(ConfirmationMail, booking) == (note, 0 if note else 1)


def test_a_late_confirmation_of_what_is_off_or_over_is_not_sent() -> None:
    assert note_of(ConfirmationMail, facts(is_cancelled=True)) == ("cancelled_before_sending", 0)
    assert note_of(ConfirmationMail, facts(starts_at=NOW)) == ("appointment_has_passed", 0)


def test_a_cut_off_that_has_passed_when_the_mail_leaves_is_not_promised() -> None:
    post = KeptPost()
    made(ConfirmationMail, facts(deadlines=Deadlines(NOW - timedelta(seconds=1), None)), post).act(work())
    body = post.messages[0].get_body(("plain",))
    assert body is not None
    assert "too late to change or cancel this appointment online" in body.get_content()


@pytest.mark.parametrize(
    ("changes", "note"),
    [
        ({"is_cancelled": True}, None),
        ({"is_cancelled": True, "cliniko_sends_confirmation": True}, None),
        ({"is_cancelled": True, "confirmation_rule": "never"}, "clinic_sends_none"),
        ({}, "not_cancelled"),
    ],
)
def test_a_cancellation_is_told_unless_the_clinic_sends_nothing(changes: dict[str, object], note: str | None) -> None:
    assert note_of(CancellationMail, facts(**changes)) == (note, 0 if note else 1)


def test_the_clinic_hears_of_a_booking_where_it_wants_to() -> None:
    post = KeptPost()
    made(ClinicMail, FACTS, post).act(work(name="clinic_mail"))
    (message,) = post.messages
    assert message["To"] == "desk@seaside.example"
    assert FACTS.email not in message.as_string()
    silent = type(CLINIC)(name="C", phone=None, email=None, primary_color=None, alert_email=None)
    assert note_of(ClinicMail, facts(clinic=silent)) == ("no_alert_address", 0)


def test_after_a_lost_answer_the_mail_is_sent_once_more_under_the_same_mark_and_then_parked() -> None:
    post = KeptPost(RemoteFailure("smtp_no_answer:X", failure=Failure.UNKNOWN_OUTCOME))
    handler = made(ConfirmationMail, FACTS, post)
    with pytest.raises(RemoteFailure) as first:
        handler.act(work(attempts=1))
    assert handler.probe(work(attempts=2)) is None
    with pytest.raises(RemoteFailure) as second:
        handler.act(work(attempts=2))
    assert (first.value.failure, second.value.failure) == (Failure.UNKNOWN_OUTCOME, Failure.CONFIG)
    assert second.value.code == "mail_outcome_unknown_again"
    assert len({str(message["Message-ID"]) for message in post.messages}) == 1


def test_a_plain_refusal_goes_to_the_task_runner_as_it_is() -> None:
    refused = RemoteFailure("smtp_550:rcpt", failure=Failure.DATA)
    with pytest.raises(RemoteFailure) as caught:
        made(ConfirmationMail, FACTS, KeptPost(refused)).act(work(attempts=7))
    assert caught.value is refused


def test_facts_show_neither_the_address_nor_the_link_when_printed() -> None:
    assert "example.com" not in repr(FACTS)
    assert "/manage/" not in repr(FACTS)


def test_a_booking_confirmed_since_is_not_called_unconfirmed() -> None:
    post = KeptPost()
    assert made(UnconfirmedMail, facts(is_placed=True), post).act(work()).note == "confirmed_since"
    assert made(UnconfirmedMail, facts(is_placed=False), post).act(work()).note is None
    assert [message["Subject"] for message in post.messages] == ["Your appointment is not confirmed yet"]


def test_a_lost_time_is_not_mailed_about_when_another_one_was_chosen() -> None:
    post = KeptPost()
    assert made(LostMail, facts(has_newer_booking=True), post).act(work()).note == "another_time_chosen"
    assert made(LostMail, facts(), post).act(work()).note is None
    assert [message["Subject"] for message in post.messages] == ["Your appointment is not booked"]
