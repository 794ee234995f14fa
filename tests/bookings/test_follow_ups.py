"""What follows a booking: which tasks, after which one, and who else may ask for some."""

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from booking_app.bookings.follow_ups import Change, Occasion
from booking_app.bookings.models import Booking, BookingState
from booking_app.bookings.records import PatientDetails
from booking_app.intake.signatures import Signature
from booking_app.tasks import lookups, store
from booking_app.tasks.records import PlannedTask, Subject
from tests.bookings.conftest import SIGNATURE, Desk, details

Planned = list[tuple[str, str | None, str, int | None]]


def shown(tasks: list[PlannedTask]) -> Planned:
    return [(task.name, task.after, task.handler_kind, task.connection_id) for task in tasks]


class Listener:
    """Somebody who wants to be told; keeps the occasions."""

    def __init__(self) -> None:
        self.heard: list[Occasion] = []

    def __call__(self, _session: Session, occasion: Occasion) -> list[PlannedTask]:
        self.heard.append(occasion)
        return [PlannedTask(f"told:{occasion.change}", occasion.after, kind="told")]


@pytest.fixture
def listener(desk: Desk) -> Listener:
    listening = Listener()
    desk.follow_ups.register(listening)
    return listening


def confirming(desk: Desk, typed: PatientDetails) -> Planned:
    with desk.database.reading() as session:
        return shown(desk.follow_ups.after_confirming(session, desk.clinic, typed))


class TestAfterConfirming:
    def test_the_form_and_both_mails_wait_for_the_appointment(self, desk: Desk) -> None:
        assert confirming(desk, details()) == [
            ("form", "conflicts", "form", desk.connection_id),
            ("confirmation_mail", "conflicts", "confirmation_mail", None),
            ("clinic_mail", "conflicts", "clinic_mail", None),
        ]

    @pytest.mark.parametrize("signed", [{"signature": SIGNATURE}, {"waiver_versions": {"treatment": "abc"}}])
    def test_what_was_signed_or_agreed_to_becomes_a_document(self, desk: Desk, signed: dict[str, object]) -> None:
        planned = confirming(desk, replace(details(), **signed))
        assert ("document", "conflicts", "document", desk.connection_id) in planned

    def test_nothing_signed_is_no_document(self, desk: Desk) -> None:
        desk.set_rules(attach_signature_png=True)
        assert not {"document", "signature_png"} & {name for name, *_ in confirming(desk, details())}

    @pytest.mark.parametrize("is_wanted", [True, False])
    def test_the_picture_follows_the_document_where_the_clinic_wants_it(self, desk: Desk, is_wanted: bool) -> None:
        desk.set_rules(attach_signature_png=is_wanted)
        planned = confirming(desk, replace(details(), signature=Signature("typed", typed_name="Nora O’Quill")))
        picture = ("signature_png", "document", "signature_png", desk.connection_id)
        assert (picture in planned) is is_wanted

    def test_whoever_registered_is_told_once_the_appointment_stands(self, desk: Desk, listener: Listener) -> None:
        assert ("told:booked", "conflicts", "told", None) in confirming(desk, details())
        assert listener.heard == [Occasion(desk.clinic.id, Change.BOOKED, 0, "conflicts")]

    def test_everybody_who_registered_is_told(self, desk: Desk, listener: Listener) -> None:
        other = Listener()
        desk.follow_ups.register(other)
        confirming(desk, details())
        assert other.heard == listener.heard != []


class TestAfterAChange:
    def test_a_cancellation_is_told_to_both_after_cliniko_has_it(self, desk: Desk, listener: Listener) -> None:
        booking = desk.book()
        with desk.database.reading() as session:
            planned = shown(desk.follow_ups.after_cancelling(session, booking))
        assert planned == [
            ("told:cancelled", "cancel", "told", None),
            ("cancellation_mail", "cancel", "cancellation_mail", None),
            ("cancellation_clinic_mail", "cancel", "clinic_mail", None),
        ]
        assert listener.heard[-1] == Occasion(desk.clinic.id, Change.CANCELLED, booking.revision, "cancel", booking.id)

    def test_a_move_is_told_at_once_under_its_number(self, desk: Desk, listener: Listener) -> None:
        booking = desk.book()
        booking.move = {**_move(booking), "number": 3}
        with desk.database.reading() as session:
            planned = shown(desk.follow_ups.after_moving(session, booking))
        assert planned == [
            ("told:moved", None, "told", None),
            ("moved_mail:3", None, "moved_mail", None),
            ("moved_clinic_mail:3", None, "moved_clinic_mail", None),
        ]
        assert listener.heard[-1].revision == booking.revision > 0

    @pytest.mark.parametrize(
        ("state", "is_missed", "change"),
        [
            (BookingState.CONFIRMED, False, Change.MOVED),
            (BookingState.CONFIRMED, True, Change.MISSED),
            (BookingState.CANCELLED, False, Change.CANCELLED),
            (BookingState.CANCELLED, True, Change.CANCELLED),
        ],
    )
    def test_the_front_desk_s_doing_is_told_by_what_it_was_and_by_no_mail(
        self, desk: Desk, listener: Listener, state: BookingState, is_missed: bool, change: Change
    ) -> None:
        booking = desk.book()
        booking.state, booking.missed_at = state, desk.clock.now() if is_missed else None
        with desk.database.reading() as session:
            planned = shown(desk.follow_ups.after_desk_change(session, booking))
        assert planned == [(f"told:{change}", None, "told", None)]

    def test_an_appointment_of_the_front_desk_is_told_by_no_mail(self, desk: Desk, listener: Listener) -> None:
        booking = desk.book()
        with desk.database.reading() as session:
            planned = shown(desk.follow_ups.after_desk_booking(session, booking))
        assert planned == [("told:booked", None, "told", None)]


class TestAfterParking:
    @pytest.mark.parametrize("step", ["slot", "patient", "appointment", "conflicts"])
    def test_a_booking_that_stops_is_told_to_clinic_and_patient_once(self, desk: Desk, step: str) -> None:
        booking = desk.book()
        for _ in range(2):
            park(desk, booking, step)
        tasks = desk.tasks(booking.id)
        assert tasks["attention_mail"].due_at == desk.clock.now()
        assert (tasks["unconfirmed_mail"].due_at - desk.clock.now()).total_seconds() == 120
        assert len([name for name in tasks if name in ("attention_mail", "unconfirmed_mail")]) == 2

    def test_a_cancellation_that_stops_is_told_to_the_clinic_alone(self, desk: Desk) -> None:
        booking = desk.book()
        park(desk, booking, "cancel")
        assert "attention_mail" in desk.tasks(booking.id)
        assert "unconfirmed_mail" not in desk.tasks(booking.id)

    @pytest.mark.parametrize("name", ["form", "confirmation_mail"])
    def test_what_comes_afterwards_tells_nobody_by_itself(self, desk: Desk, name: str) -> None:
        booking = desk.book()
        park(desk, booking, name)
        assert "attention_mail" not in desk.tasks(booking.id)

    def test_what_is_about_something_else_tells_nobody_here(self, desk: Desk) -> None:
        """Its id may be that of a booking, and its name that of a step."""
        booking = desk.book()
        subject = Subject("invoice", booking.id)
        with desk.database.begin() as session:
            planned = [PlannedTask("appointment")]
            store.plan(session, clinic_id=desk.clinic.id, subject=subject, tasks=planned, now=desk.clock.now())
            desk.follow_ups.after_parking(session, lookups.tasks_of(session, subject)[0])
            assert [task.name for task in lookups.tasks_of(session, subject)] == ["appointment"]
        assert "attention_mail" not in desk.tasks(booking.id)

    def test_a_move_that_stops_leaves_the_old_time(self, desk: Desk) -> None:
        booking = desk.book()
        with desk.database.begin() as session:
            row = session.get_one(Booking, booking.id)
            row.state, row.move = BookingState.MOVING, _move(booking)
        park(desk, booking, "move")
        assert desk.bookings()[0].state == "confirmed"


def _move(booking: Booking) -> dict[str, object]:
    choice = booking.choice.to_json()
    return {"number": 1, "origin": choice, "target": choice, "outcome": "pending"}


def park(desk: Desk, booking: Booking, name: str) -> None:
    """As the task runner does it, whether the booking has such a task by now or not."""
    with desk.database.begin() as session:
        if name not in desk.tasks(booking.id):
            planned = [PlannedTask(name)]
            store.plan(
                session, clinic_id=booking.clinic_id, subject=booking.subject, tasks=planned, now=booking.created_at
            )
    task = desk.tasks(booking.id)[name]
    with desk.database.begin() as session:
        desk.follow_ups.after_parking(session, task)


def test_a_step_that_is_refused_ends_with_the_mails(desk: Desk) -> None:
    desk.practice.refuses_key = True
    desk.confirm(desk.ready())
    assert {"attention_mail", "unconfirmed_mail"} <= set(desk.tasks(desk.bookings()[0].id))
