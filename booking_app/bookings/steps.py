"""The steps of placing a booking, and what their tasks say about it together."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from booking_app.bookings.models import Booking, BookingState
from booking_app.core.failures import Failure
from booking_app.tasks.models import Task, TaskState

PLACING_TASKS = ("slot", "patient", "appointment", "conflicts")
CORRECTION = "correction"  # what a proven patient has put right in their record
DOCUMENT_TASKS = ("form", "document", "signature_png")
OFFERED_AFTER = timedelta(seconds=10)  # a hiccup is over by then, and no question need be asked
WAITS_FOR = timedelta(minutes=10)  # a request that nobody asked to be held is given up after this
PASSING = (Failure.TRANSIENT, Failure.RATE, Failure.UNKNOWN_OUTCOME)  # what goes by without anybody fixing it


def has_stopped(tasks: Iterable[Task]) -> bool:
    """Whether a step of the placing waits for a person: it will not go on by itself."""
    stopped = (TaskState.PARKED, TaskState.GIVEN_UP)
    return any(task.name in PLACING_TASKS and task.state in stopped for task in tasks)


def waits_until(booking: Booking, tasks: Iterable[Task], now: datetime) -> datetime | None:
    """When a booking that Cliniko keeps waiting is given up, unless the patient has it held; None while all is well.

    Once the appointment stands only a last look is missing, which is not worth troubling anybody with.
    """
    steps = [task for task in tasks if task.name in PLACING_TASKS]
    is_kept_waiting = any(task.failure in PASSING for task in steps) and booking.created_at <= now - OFFERED_AFTER
    is_placing = booking.state == BookingState.PLACING and not has_stopped(steps)
    if not (is_placing and is_kept_waiting) or booking.cliniko_appointment_id:
        return None
    return min(booking.created_at + WAITS_FOR, booking.starts_at)
