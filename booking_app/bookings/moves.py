"""How a wish to move a booking ends. Each function works in the caller's transaction; the caller commits."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from booking_app.bookings import holds
from booking_app.bookings.models import Booking, BookingState
from booking_app.bookings.records import Move
from booking_app.tasks import lookups, store
from booking_app.tasks.models import FINAL_STATES
from booking_app.tasks.records import PlannedTask

TIME_TO_CHOOSE = timedelta(minutes=3)  # whoever still looks at the page needs no mail about a time that was lost

PlanMoved = Callable[[Session, Booking], list[PlannedTask]]


def task_name(move: Move) -> str:
    return f"move:{move.number}"


def complete_move(session: Session, booking: Booking, move: Move, now: datetime) -> None:
    """The appointment stands at its new time. What follows is for the caller to plan."""
    booking.place(move.target)
    booking.moved_at = now
    booking.sealed_join_url = None  # it is read again
    _end(session, booking, move, "moved", now)
    booking.revision += 1


def lose_move(session: Session, booking: Booking, move: Move, now: datetime, *, outcome: str = "lost") -> None:
    """The booking stays where it was; a patient who has left the page hears of it by mail."""
    _end(session, booking, move, outcome, now)
    tasks = [PlannedTask(f"not_moved_mail:{move.number}", kind="not_moved_mail")]
    due_at = now + TIME_TO_CHOOSE
    store.plan(session, clinic_id=booking.clinic_id, subject=booking.subject, tasks=tasks, now=due_at)


def abandon_move(session: Session, booking_id: int, now: datetime) -> None:
    """The move cannot be made by itself: the old time stands, and the patient is told."""
    booking = session.get_one(Booking, booking_id, with_for_update=True)
    move = booking.last_move
    if booking.state == BookingState.MOVING and move is not None:
        lose_move(session, booking, move, now, outcome="failed")


def has_stopped(session: Session, booking: Booking) -> bool:
    """Whether the booking waits for a move whose task will not be done: a person has given it up."""
    move = booking.last_move
    if booking.state != BookingState.MOVING or move is None:
        return False
    tasks = {task.name: task.state for task in lookups.tasks_of(session, booking.subject)}
    return tasks.get(task_name(move)) in FINAL_STATES


def settle_stopped(session: Session, booking: Booking, now: datetime) -> None:
    """Let go of a move that has stopped, so that it holds its booking back no more."""
    move = booking.last_move
    if move is not None and has_stopped(session, booking):
        lose_move(session, booking, move, now, outcome="failed")


def _end(session: Session, booking: Booking, move: Move, outcome: str, now: datetime) -> None:
    booking.state = BookingState.CONFIRMED
    booking.move = replace(move, outcome=outcome).to_json()
    holds.release(session, hold_family(booking), now, is_booked=outcome == "moved")


def hold_family(booking: Booking) -> str:
    return f"move:{booking.reference}"
